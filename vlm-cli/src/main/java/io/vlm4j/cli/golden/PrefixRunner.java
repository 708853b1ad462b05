package io.vlm4j.cli.golden;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.prefix.PrefixModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;

/** Vision-language models by prefix fusion. */
final class PrefixRunner extends GoldenRunner {
  private final PrefixModel model;

  PrefixRunner(PrefixModel model) {
    this.model = model;
  }

  @Override
  void execute(GoldenCase golden) {
    String text =
        golden
            .prompt()
            .orElseThrow(() -> new InvalidModelException("case " + golden + " has no prompt"));
    Prompt prompt = Prompt.raw(text, golden.images());
    int[] answer =
        golden.generation().map(options -> generate(prompt, options)).orElseGet(() -> new int[0]);
    try (TensorScope scope = TensorScope.open()) {
      model.promptLogits(prompt, answer);
    }
  }

  /** The trace holds the tensors of the prompt; those of the single steps are not among them. */
  private int[] generate(Prompt prompt, GenerationOptions options) {
    int[] ids = Trace.paused(() -> model.input(prompt).ids());
    Generation generation = Trace.paused(() -> model.generate(prompt, options));
    Generated.record(model.language().model().sequenceAfter(ids), generation);
    return generation.tokenIds();
  }

  @Override
  public void close() {
    model.close();
  }
}
