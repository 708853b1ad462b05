package io.vlm4j.llm.gptneox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GptNeoxConfigTest {
  @Test
  void absentKeysAreThoseOfTheTwentyBillionModel() {
    GptNeoxConfig config = of("{}");
    assertEquals(6144, config.hiddenSize());
    assertEquals(96, config.headSize());
    assertTrue(config.parallel() && config.attentionBias());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5})
  void aShareThatIsNoneIsRefused(double share) {
    InvalidModelException error =
        assertThrows(InvalidModelException.class, () -> of("{\"rotary_pct\": " + share + "}"));
    assertTrue(error.getMessage().contains("rotary_pct " + share), error::getMessage);
  }

  @Test
  void headsMustDivideTheWidth() {
    assertThrows(InvalidModelException.class, () -> of("{\"num_attention_heads\": 5}"));
  }

  private static GptNeoxConfig of(String json) {
    return GptNeoxConfig.of(JsonNode.parse(json, "config.json"));
  }
}
