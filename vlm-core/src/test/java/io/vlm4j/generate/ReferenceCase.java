package io.vlm4j.generate;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A case of {@code testdata/generate}: a toy model, a prompt, options, and what came of them. */
record ReferenceCase(JsonNode json) {
  static Stream<ReferenceCase> read(String file) {
    return JsonNode.read(TestData.path("generate/" + file)).asList().stream()
        .map(ReferenceCase::new);
  }

  ToyLanguageModel model() {
    JsonNode bias = json.objectOrEmpty("bias");
    Map<Integer, Float> biasOfToken =
        bias.keys().stream()
            .collect(Collectors.toMap(Integer::valueOf, key -> (float) bias.getDouble(key)));
    return new ToyLanguageModel(json.get("seed").asLong(), json.getInt("vocab"), biasOfToken, 4096);
  }

  int[] prompt() {
    return json.get("prompt").asInts();
  }

  /** The options, under the names of {@code generation_config.json}. */
  GenerationOptions options() {
    return GenerationConfig.of(json.get("options"), JsonNode.empty("config.json")).defaults();
  }

  Generation generate(ToyLanguageModel model) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor prompt = model.prompt(prompt());
      return new Generator(model, ToyDecoder::new).generate(prompt, prompt(), options());
    }
  }

  int[] expectedIds() {
    return json.get("expected").get("ids").asInts();
  }

  double expectedScore() {
    return json.get("expected").getDouble("score");
  }

  boolean endsWithEos() {
    int[] ids = expectedIds();
    int last = ids[ids.length - 1];
    return Arrays.stream(json.get("options").get("eos_token_id").asInts()).anyMatch(e -> e == last);
  }

  @Override
  public String toString() {
    return json.getString("name") + " " + json.get("options");
  }
}
