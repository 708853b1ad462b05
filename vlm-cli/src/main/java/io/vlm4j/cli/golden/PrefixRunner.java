package io.vlm4j.cli.golden;

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
    Prompt prompt = Prompt.raw(golden.prompt().orElse(""), golden.images());
    int[] answer =
        golden.generation().map(options -> generate(prompt, options)).orElseGet(() -> new int[0]);
    try (TensorScope scope = TensorScope.open()) {
      model.promptLogits(prompt, answer);
    }
  }

  /** The trace holds the tensors of the prompt; those of the single steps are not among them. */
  private int[] generate(Prompt prompt, GenerationOptions options) {
    int[] ids = Trace.paused(() -> model.sequenceAfter(prompt));
    Generation generation = Trace.paused(() -> model.generate(prompt, options));
    Generated.record(ids, generation);
    return generation.tokenIds();
  }

  @Override
  public void close() {
    model.close();
  }
}
