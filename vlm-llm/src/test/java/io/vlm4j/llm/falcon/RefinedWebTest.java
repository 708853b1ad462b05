package io.vlm4j.llm.falcon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.TensorScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of the first Falcon checkpoints make the same models as those of today. */
@ExtendWith(LeakCheck.class)
class RefinedWebTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "falcon/grouped     | 'model_type':'RefinedWeb','n_head':8,'n_head_kv':2,'bias':true",
        "falcon/shared_norm | 'model_type':'RefinedWebModel','n_head':4,'multi_query':true",
      })
  void theOlderKeysAreRead(String checkpoint, String settings) {
    String json =
        """
        {%s,"n_layer":2,"hidden_size":32,"ffn_hidden_size":48,"vocab_size":48,"alibi":false,
         "apply_residual_connection_post_layernorm":false,"parallel_attn":true}
        """
            .formatted(settings.replace('\'', '"'));
    float[] expected = logits(TestModels.load(checkpoint));
    assertArrayEquals(expected, logits(load(checkpoint, json)));
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    UnsupportedModelException unsupported =
        assertThrows(
            UnsupportedModelException.class,
            () -> of("{\"apply_residual_connection_post_layernorm\":true}"));
    assertTrue(unsupported.getMessage().contains("apply_residual_connection_post_layernorm"));
    InvalidModelException invalid =
        assertThrows(InvalidModelException.class, () -> of("{\"num_ln_in_parallel_attn\":3}"));
    assertTrue(invalid.getMessage().contains("num_ln_in_parallel_attn is 3"));
    assertThrows(InvalidModelException.class, () -> of("{\"num_attention_heads\":70}"));
    assertThrows(
        InvalidModelException.class,
        () -> of("{\"new_decoder_architecture\":true,\"num_kv_heads\":8}"));
  }

  private static FalconConfig of(String json) {
    return FalconConfig.of(JsonNode.parse(json, "config.json"));
  }

  private static LanguageModel load(String checkpoint, String json) {
    return TestModels.load(
        JsonNode.parse(json, "config.json"), TestData.path(checkpoint + "/model.safetensors"));
  }

  private static float[] logits(LanguageModel loaded) {
    try (LanguageModel model = loaded;
        DecodeState state = model.newState(1, 1);
        TensorScope scope = TensorScope.open()) {
      return model.step(new int[] {7}, state).toFloats();
    }
  }
}
