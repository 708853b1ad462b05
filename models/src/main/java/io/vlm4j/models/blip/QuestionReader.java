package io.vlm4j.models.blip;

import io.vlm4j.nn.bert.BertEncoder;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.trace.Trace;

/** A question, read while looking at the image: what BLIP's answers attend to. */
final class QuestionReader implements Connector {
  private final BertEncoder encoder;
  private final int[] question;

  /**
   * @param encoder reads; it is another's to close
   * @param question tokens
   */
  QuestionReader(BertEncoder encoder, int... question) {
    this.encoder = encoder;
    this.question = question.clone();
  }

  @Override
  public int inputSize() {
    return encoder.contextSize();
  }

  @Override
  public int outputSize() {
    return encoder.hiddenSize();
  }

  @Override
  public Tensor connect(ImageFeatures features) {
    Tensor states = encoder.encode(features.hiddenStates(), question);
    Trace.record("question_last_hidden_state", () -> states);
    return states;
  }

  @Override
  public void close() {}
}
