package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GgufConfigTest extends WeightsTestBase {
  @Test
  void aConvertedModelHasTheHubsConfiguration() {
    JsonNode hub = JsonNode.read(TestData.path("llama/gqa_tied/config.json"));
    JsonNode config = GgufConfig.toHubConfig(GgufFile.open(TestData.path("gguf/llama.gguf")));
    for (String key : config.keys()) {
      JsonNode expected = hub.get(key);
      JsonNode actual = config.get(key);
      if (expected.isNumber()) {
        assertEquals(expected.asDouble(), actual.asDouble(), key);
      } else {
        assertEquals(expected.toString(), actual.toString(), key);
      }
    }
    assertEquals(17, config.keys().size());
  }

  @Test
  void frequencyDivisorsBecomeARopeScaling() {
    JsonNode scaling =
        config(GgufBuilder.llama().floats("rope_freqs.weight", 1, 2, 4, 8)).get("rope_scaling");
    assertEquals("longrope", scaling.getString("rope_type"));
    assertEquals(
        List.of(1.0, 2.0, 4.0, 8.0),
        scaling.getList("long_factor").stream().map(JsonNode::asDouble).toList());

    assertConfig(GgufBuilder.llama().floats("rope_freqs.weight", 1, 0, 4, 8), "holds 0.0");
    assertConfig(GgufBuilder.llama().floats("rope_freqs.weight", 1, 2), "rope_freqs", "[4]");
  }

  @Test
  void scalingsOfTheMetadataAreTranslated() {
    JsonNode scaling =
        config(
                GgufBuilder.llama()
                    .text("llama.rope.scaling.type", "yarn")
                    .number("llama.rope.scaling.factor", 4f)
                    .number("llama.rope.scaling.original_context_length", 64))
            .get("rope_scaling");
    assertEquals("yarn", scaling.getString("rope_type"));
    assertEquals(4.0, scaling.getDouble("factor"));
    assertEquals(64, scaling.getInt("original_max_position_embeddings"));

    assertConfig(
        GgufBuilder.llama().text("llama.rope.scaling.type", "wave"),
        "rope scaling wave",
        "none, linear, yarn");
  }

  @Test
  void whatIsNotSupportedIsSaid() {
    assertConfig(new GgufBuilder().text("general.architecture", "mamba"), "mamba", "llama, qwen2");
    assertConfig(GgufBuilder.llama().number("llama.expert_count", 8), "mixture of 8 experts");
    assertConfig(
        GgufBuilder.llama().number("llama.rope.dimension_count", 4), "rotates 4 of 8 features");
    assertConfig(
        new GgufBuilder().text("general.architecture", "llama"),
        "no metadata value llama.embedding_length");
    assertConfig(new GgufBuilder(), "no metadata value general.architecture");
    assertConfig(
        GgufBuilder.llama().number("llama.rope.freq_base", Float.NaN), "rope.freq_base is NaN");
  }

  @Test
  void damagedMetadataNeverDoesMoreThanFail() {
    byte[] whole = GgufBuilder.llama().floats("rope_freqs.weight", 1, 2, 4, 8).bytes();
    int header = whole.length - 16 * Float.BYTES - 32;
    Random random = new Random(11);
    int failed = 0;
    for (int i = 0; i < 2000; i++) {
      failed += readsOrFails(write("mutated.gguf", mutated(whole, header, random))) ? 0 : 1;
    }
    assertTrue(failed > 500 && failed < 2000, failed + " failed");
  }

  private JsonNode config(GgufBuilder builder) {
    return GgufConfig.toHubConfig(GgufFile.open(write("config.gguf", builder.bytes())));
  }

  private void assertConfig(GgufBuilder builder, String... parts) {
    assertInvalid(() -> config(builder), parts);
  }
}
