package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.nio.file.Path;
import java.util.Arrays;

/** Language models alone. */
final class TextRunner extends GoldenRunner {
  private final LanguagePart language;

  TextRunner(Path checkpoint) {
    language = LanguageModelPart.load(checkpoint, LoadOptions.FP32);
  }

  @Override
  void execute(GoldenCase golden) {
    String prompt =
        golden
            .prompt()
            .orElseThrow(() -> new InvalidModelException("case " + golden + " has no prompt"));
    int[] ids = language.tokenizer().encode(prompt);
    record(ids);
    try (TensorScope scope = TensorScope.open()) {
      LanguageModel model = language.model();
      Tensor embeddings = model.embed(ids).view(1, ids.length, model.hiddenSize());
      int[] answer =
          golden
              .generation()
              .map(options -> generate(embeddings, ids, options))
              .orElseGet(() -> new int[0]);
      language.logits(embeddings, answer);
    }
  }

  private int[] generate(Tensor embeddings, int[] ids, GenerationOptions options) {
    GenerationOptions complete = options.withDefaults(language.generation().defaults());
    Generation generation =
        Trace.paused(() -> language.generator().generate(embeddings, ids, complete));
    Generated.record(language.model().sequenceAfter(ids), generation);
    return generation.tokenIds();
  }

  private static void record(int[] ids) {
    long[] mask = new long[ids.length];
    Arrays.fill(mask, 1);
    Trace.record("input_ids", Arrays.stream(ids).asLongStream().toArray(), 1, ids.length);
    Trace.record("attention_mask", mask, 1, ids.length);
  }

  @Override
  public void close() {
    language.model().close();
    language.tokenizer().close();
  }
}
