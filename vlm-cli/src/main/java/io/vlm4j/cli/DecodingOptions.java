package io.vlm4j.cli;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.GenerationOptions;
import java.util.List;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
public final class DecodingOptions {
  @Option(names = "--max-new-tokens", description = "The most tokens of an answer.")
  private Integer maxNewTokens;

  @Option(names = "--beams", description = "Beams of a beam search.")
  private Integer beams;

  @Option(names = "--length-penalty", description = "Exponent of the length in beam scores.")
  private Double lengthPenalty;

  @Option(names = "--temperature", description = "Samples, with this divisor of the logits.")
  private Double temperature;

  @Option(names = "--top-k", description = "Samples from the K likeliest tokens.")
  private Integer topK;

  @Option(names = "--top-p", description = "Samples from the likeliest tokens of this probability.")
  private Double topP;

  @Option(names = "--min-p", description = "Leaves out tokens below this part of the likeliest.")
  private Double minP;

  @Option(names = "--seed", description = "Of the sampling.")
  private Long seed;

  @Option(names = "--repetition-penalty", description = "Above 1: repeats become unlikely.")
  private Double repetitionPenalty;

  @Option(names = "--stop", description = "Ends the answer before this text; may be repeated.")
  private List<String> stop;

  /** As the API takes them. */
  public GenerationOptions options() {
    GenerationOptions.Builder options =
        GenerationOptions.builder()
            .maxNewTokens(
                maxNewTokens == null ? VisionLanguageModel.DEFAULT_MAX_NEW_TOKENS : maxNewTokens);
    boolean sampling = temperature != null || topK != null || topP != null || minP != null;
    options.sampling(sampling);
    if (beams != null) {
      options.beams(beams);
    }
    if (lengthPenalty != null) {
      options.lengthPenalty(lengthPenalty);
    }
    if (temperature != null) {
      options.temperature(temperature);
    }
    if (topK != null) {
      options.topK(topK);
    }
    if (topP != null) {
      options.topP(topP);
    }
    if (minP != null) {
      options.minP(minP);
    }
    if (seed != null) {
      options.seed(seed);
    }
    if (repetitionPenalty != null) {
      options.repetitionPenalty(repetitionPenalty);
    }
    if (stop != null) {
      options.stopStrings(stop);
    }
    return options.build();
  }
}
