package io.vlm4j.generate;

import io.vlm4j.tensor.Tensor;

/** One sequence: the best token each time, or a random one. */
final class SingleSearch implements TokenSearch {
  private static final int[] ONLY_ROW = {0};

  private final GenerationOptions options;
  private final LogitsProcessors processors;
  private final Transcript transcript;
  private final Sampler sampler;
  private final boolean logitsStayNative;
  private int token;

  SingleSearch(GenerationOptions options, LogitsProcessors processors, Transcript transcript) {
    this.options = options;
    this.processors = processors;
    this.transcript = transcript;
    this.sampler = new Sampler(options.seed());
    this.logitsStayNative =
        processors.isEmpty() && !options.sampling() && !StepReport.isWanted(options);
  }

  @Override
  public boolean advance(Tensor logits) {
    if (logitsStayNative) {
      token = StepLogits.argmax(logits);
      return transcript.append(token, StepReport.NONE);
    }
    float[] row = StepLogits.rows(logits)[0];
    float[] scores = processors.apply(transcript.ids(), row);
    token = options.sampling() ? sampler.draw(scores) : Ranking.argmax(scores);
    return transcript.append(token, StepReport.of(row, options));
  }

  @Override
  public int[] tokens() {
    return new int[] {token};
  }

  @Override
  public int[] parents() {
    return ONLY_ROW;
  }

  @Override
  public Outcome finish() {
    return new Outcome(transcript, Float.NaN);
  }
}
