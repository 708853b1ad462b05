package io.vlm4j.cli.golden;

import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Optional;

/** Vision-language models of an encoder, a connector and a language model. */
final class FusionRunner extends GoldenRunner {
  private final FusionModel model;

  FusionRunner(FusionModel model) {
    this.model = model;
  }

  @Override
  void execute(GoldenCase golden) {
    Prompt prompt = golden.toPrompt();
    Optional<Generation> generation = golden.generation().map(options -> generate(prompt, options));
    int[] answer = generation.map(Generation::tokenIds).orElseGet(() -> new int[0]);
    try (TensorScope scope = TensorScope.open()) {
      int[] sequence = model.promptLogits(prompt, answer).sequence();
      generation.ifPresent(
          generated -> Generated.record(golden.countsPrompt() ? sequence : new int[0], generated));
    }
  }

  /** The trace holds the tensors of the prompt; those of the single steps are not among them. */
  private Generation generate(Prompt prompt, GenerationOptions options) {
    return Trace.paused(() -> model.generate(prompt, options));
  }

  @Override
  public void close() {
    model.close();
  }
}
