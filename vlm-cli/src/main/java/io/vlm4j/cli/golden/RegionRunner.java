package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswerers;
import io.vlm4j.models.twostream.RegionInputs;
import io.vlm4j.models.twostream.Task;
import io.vlm4j.models.twostream.TextTokens;
import io.vlm4j.models.twostream.TwoStreamModel;
import io.vlm4j.models.twostream.VlT5Model;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Models that answer by an image's regions; a case's file holds the regions that go in. */
final class RegionRunner extends GoldenRunner {
  private final RegionQuestionAnswerer model;

  RegionRunner(ModelFolder folder) {
    model = RegionQuestionAnswerers.load(folder, LoadOptions.FP32);
  }

  @Override
  void execute(GoldenCase golden) {
    SafetensorsFile inputs = SafetensorsFile.open(golden.expected());
    try (TensorScope scope = TensorScope.open()) {
      if (model instanceof TwoStreamModel twoStream) {
        TextTokens text = text(golden, twoStream.tokenizer(), inputs);
        recordPhrases(twoStream.run(text, regions(inputs)), inputs);
      } else if (model instanceof VlT5Model vlT5) {
        TextTokens text = text(golden, vlT5.tokenizer(), inputs);
        GenerationOptions options =
            golden.generation().orElseGet(() -> GenerationOptions.builder().build());
        Generation generation = vlT5.run(text, regions(inputs), options);
        Generated.record(golden.countsPrompt() ? vlT5.startTokens() : new int[0], generation);
      } else {
        throw new UnsupportedModelException(golden.checkpoint() + " cannot be traced");
      }
    }
  }

  /** The case's text, padded as its mask says; where it has none, its tokens. */
  private static TextTokens text(GoldenCase golden, Tokenizer tokenizer, SafetensorsFile inputs) {
    TextTokens text =
        golden
            .json()
            .optional("text")
            .or(() -> golden.json().optional("prompt"))
            .map(written -> TextTokens.of(tokenizer, written.asString()))
            .orElseGet(() -> TextTokens.of(find(inputs, "input_ids").orElseThrow().toInts()));
    Optional<Tensor> mask = find(inputs, "attention_mask");
    int length = mask.map(Tensor::toFloats).map(values -> values.length).orElse(text.length());
    int[] ids = Arrays.copyOf(text.ids(), length);
    if (length > text.length()) {
      Arrays.fill(ids, text.length(), length, tokenizer.specialTokens().padId().orElse(0));
    }
    return new TextTokens(
        ids,
        find(inputs, "token_type_ids").map(Tensor::toInts).orElseGet(() -> new int[length]),
        mask.map(Tensor::toFloats).orElseGet(text::mask));
  }

  private static RegionInputs regions(SafetensorsFile inputs) {
    Tensor features =
        find(inputs, "visual_feats", "visual_embeds")
            .orElseThrow(
                () ->
                    new InvalidModelException(
                        inputs.origin() + " has neither visual_feats nor visual_embeds"));
    int count = features.size(-2);
    Optional<Tensor> locations = find(inputs, "visual_pos", "visual_loc");
    float[] all = new float[count];
    int[] second = new int[count];
    Arrays.fill(all, 1);
    Arrays.fill(second, 1);
    return new RegionInputs(
        features.view(1, count, -1),
        locations.map(known -> known.view(1, count, -1)),
        find(inputs, "visual_attention_mask").map(Tensor::toFloats).orElse(all),
        find(inputs, "visual_token_type_ids").map(Tensor::toInts).orElse(second));
  }

  /**
   * The reference gives the rows of chosen places alone; -1 stands for none and gives the first.
   */
  private static void recordPhrases(Map<Task, Tensor> logits, SafetensorsFile inputs) {
    Optional<Tensor> places = find(inputs, "region_to_phrase_position");
    if (logits.containsKey(Task.PHRASE_REGIONS) && places.isPresent()) {
      long[] chosen = places.get().toLongs();
      Trace.record("region_to_phrase_position", chosen, 1, chosen.length);
      long[] rows = Arrays.stream(chosen).map(place -> Math.max(place, 0)).toArray();
      Trace.record(
          "logits", () -> logits.get(Task.PHRASE_REGIONS).select(0, Tensor.of(rows, rows.length)));
    }
  }

  /** Only what goes in is ever read. */
  private static Optional<Tensor> find(SafetensorsFile inputs, String... names) {
    return Arrays.stream(names).filter(inputs.names()::contains).findFirst().map(inputs::load);
  }

  @Override
  public void close() {
    model.close();
  }
}
