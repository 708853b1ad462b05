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
    try (TensorScope scope = TensorScope.open()) {
      model.promptLogits(prompt);
    }
    golden.generation().ifPresent(options -> generate(prompt, options));
  }

  /** The trace holds the tensors of the prompt; those of the single steps are not among them. */
  private void generate(Prompt prompt, GenerationOptions options) {
    int[] ids = Trace.paused(() -> model.input(prompt).ids());
    Generation generation = Trace.paused(() -> model.generate(prompt, options));
    Generated.record(ids, generation);
  }

  @Override
  public void close() {
    model.close();
  }
}
