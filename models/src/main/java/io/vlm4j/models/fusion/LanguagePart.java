package io.vlm4j.models.fusion;

import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.BatchGenerator;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.Generator;
import io.vlm4j.generate.TokenDecoder;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.ImageAttendingModel;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.IncrementalDecoder;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.List;

/**
 * A language model with what it needs to speak.
 *
 * @param model the model
 * @param tokenizer text to ids and back
 * @param generation the authors' defaults and the end tokens
 */
public record LanguagePart(LanguageModel model, Tokenizer tokenizer, GenerationConfig generation) {
  /** Reads all three from a folder. */
  public static LanguagePart load(
      ModelFolder folder, JsonNode config, Weights weights, Resources resources) {
    Tokenizer tokenizer = resources.own(folder.tokenizer());
    GenerationConfig generation = folder.generationConfig();
    LanguageModel model = resources.own(Families.languageModel(config, weights));
    return new LanguagePart(model, tokenizer, generation);
  }

  /**
   * One pass over a prompt, for comparison with a reference.
   *
   * @param embeddings the prompt, float32 [1, T, D]
   * @param answer tokens after the prompt; only an encoder-decoder looks at them
   * @return logits of the prompt's positions [T, V]; of an encoder-decoder those of its start token
   *     and the answer's tokens but the last
   */
  public Tensor logits(Tensor embeddings, int... answer) {
    try (TensorScope scope = TensorScope.open();
        DecodeState state = model.newState(1, Math.max(embeddings.size(1), answer.length))) {
      Tensor sequence = embeddings;
      if (model instanceof EncoderDecoder encoderDecoder) {
        int[] ids = encoderDecoder.decoderInput(answer);
        Trace.record(
            "decoder_input_ids", Arrays.stream(ids).asLongStream().toArray(), 1, ids.length);
        encoderDecoder.encode(embeddings, state);
        sequence = model.embed(ids).view(1, ids.length, model.hiddenSize());
      }
      Tensor logits = model.forward(sequence, state, Logits.ALL);
      Tensor rows = logits.view(sequence.size(1), model.vocabularySize());
      Trace.record("logits", () -> rows);
      return scope.keep(rows);
    }
  }

  /** The same, with answers that begin with these tokens; itself if there are none. */
  LanguagePart beginning(int... tokens) {
    return tokens.length > 0 && model instanceof EncoderDecoder encoderDecoder
        ? new LanguagePart(encoderDecoder.startingWith(tokens), tokenizer, generation)
        : this;
  }

  /** The same with images in sight, where images stand beside the sequence; else itself. */
  LanguagePart attendingTo(List<ImageEmbeddings> images, VisibleImages visible) {
    return model instanceof ImageAttendingModel attending
        ? new LanguagePart(
            attending.attendingTo(ImageEmbeddings.tensors(images), visible), tokenizer, generation)
        : this;
  }

  /** Width of the images' embeddings that the model takes. */
  int imageSize() {
    return model instanceof ImageAttendingModel attending
        ? attending.imageSize()
        : model.promptSize();
  }

  /** A generator of several texts side by side. */
  BatchGenerator batchGenerator() {
    return new BatchGenerator(model, this::newDecoder);
  }

  /** A generator of this model's text. */
  public Generator generator() {
    return new Generator(model, this::newDecoder);
  }

  /** A decoder for one sequence; special tokens are left out. */
  private TokenDecoder newDecoder() {
    IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
    return new TokenDecoder() {
      @Override
      public String push(int id) {
        return decoder.push(id);
      }

      @Override
      public String finish() {
        return decoder.finish();
      }
    };
  }
}
