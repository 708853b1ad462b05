package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.masked.MaskedLanguageModel;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.SpecialTokens;
import io.vlm4j.trace.Trace;
import java.util.Arrays;

/** Masked language models: a case masks some bytes of a text. */
final class MaskedRunner extends GoldenRunner {
  private final MaskedLanguageModel model;
  private final int mask;
  private final int padding;

  MaskedRunner(ModelFolder folder) {
    model = MaskedLanguageModel.load(folder, LoadOptions.FP32);
    SpecialTokens special = model.tokenizer().specialTokens();
    mask = special.role("mask_token").orElseThrow().id();
    padding = special.padId().orElseThrow();
  }

  @Override
  void execute(GoldenCase golden) {
    int[] ids = model.tokenizer().encode(golden.json().getString("text"));
    int[] span = golden.json().get("mask_byte_span").asInts();
    Arrays.fill(ids, 1 + span[0], 1 + span[1], mask); // one token stands before the text
    record(ids);
    try (TensorScope scope = TensorScope.open()) {
      model.logits(ids);
    }
    int[] predicted = Trace.paused(() -> model.predict(ids));
    Trace.record("predicted_ids", asLongs(predicted), predicted.length);
  }

  /** The reference pads a text to as many tokens as the model can read. */
  private void record(int[] ids) {
    int length = model.maxPositions();
    long[] padded = new long[length];
    long[] attended = new long[length];
    Arrays.fill(padded, padding);
    Arrays.fill(attended, 0, ids.length, 1);
    System.arraycopy(asLongs(ids), 0, padded, 0, ids.length);
    Trace.record("input_ids", padded, 1, length);
    Trace.record("attention_mask", attended, 1, length);
  }

  private static long[] asLongs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  @Override
  public void close() {
    model.close();
  }
}
