package io.vlm4j.cli.golden;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;

/**
 * Captioners whose reference has two captions of an image: a greedy one with the logits of its
 * steps, and that of a beam search.
 */
final class CaptionRunner extends GoldenRunner {
  private final FusionModel model;

  CaptionRunner(FusionModel model) {
    this.model = model;
  }

  @Override
  void execute(GoldenCase golden) {
    GenerationOptions options =
        golden
            .generation()
            .orElseThrow(() -> new InvalidModelException(golden + " does not say how to generate"));
    Prompt prompt = golden.toPrompt();
    try (TensorScope scope = TensorScope.open()) {
      model.promptLogits(prompt);
    }
    Generation greedy = caption(prompt, options.toBuilder().beams(1).build());
    Generated.recordIds("generated_ids", greedy);
    Generated.recordLogits("logits", greedy);
    Generation best = caption(prompt, options);
    Generated.recordIds("beam_ids", best);
    best.sequenceScore()
        .ifPresent(score -> Trace.record("beam_score", new float[] {(float) score}, 1));
  }

  private Generation caption(Prompt prompt, GenerationOptions options) {
    return Trace.paused(() -> model.generate(prompt, options));
  }

  @Override
  public void close() {
    model.close();
  }
}
