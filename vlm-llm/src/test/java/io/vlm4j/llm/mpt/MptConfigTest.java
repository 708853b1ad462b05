package io.vlm4j.llm.mpt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MptConfigTest {
  /** As mosaicml/mpt-7b-storywriter has it. */
  private static final String STORY_WRITER =
      """
      {"attn_config": {"alibi": true, "alibi_bias_max": 16, "attn_impl": "torch", "attn_pdrop": 0,
        "attn_type": "multihead_attention", "attn_uses_sequence_id": false, "clip_qkv": 6,
        "prefix_lm": false, "qk_ln": false, "softmax_scale": null},
       "d_model": 4096, "emb_pdrop": 0, "embedding_fraction": 1.0, "expansion_ratio": 4,
       "init_config": {"name": "kaiming_normal_"}, "init_device": "cpu",
       "learned_pos_emb": true, "logit_scale": null, "max_seq_len": 65536, "model_type": "mpt",
       "n_heads": 32, "n_layers": 32, "no_bias": true, "norm_type": "low_precision_layernorm",
       "resid_pdrop": 0, "verbose": 0, "vocab_size": 50432}
      """;

  @Test
  void aFolderOfTheHubIsRead() {
    MptConfig config = of(STORY_WRITER);
    assertEquals(65536, config.maxPositions());
    assertEquals(16384, config.intermediateSize());
    assertEquals(16, config.alibiMaximum());
    assertEquals(6, config.clip());
    assertEquals(1 / Math.sqrt(128), config.scale());
    assertEquals(32, config.keyValueHeads());
    assertTrue(config.alibi() && config.tiedEmbeddings());
    assertFalse(config.biases() || config.queryKeyNorms());
  }

  @Test
  void heads() {
    assertEquals(1, of("{'attn_config': {'attn_type': 'multiquery_attention'}}").keyValueHeads());
    assertThrows(InvalidModelException.class, () -> of("{'d_model': 10, 'n_heads': 4}"));
    assertThrows(
        InvalidModelException.class,
        () -> of("{'attn_config': {'attn_type': 'grouped_query_attention', 'kv_n_heads': 3}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "prefix_lm | {'attn_config': {'prefix_lm': true}}",
        "rope | {'attn_config': {'rope': true}}",
        "qk_gn | {'attn_config': {'qk_gn': true}}",
        "fused_qkv | {'attn_config': {'fused_qkv': false}}",
        "sliding_window_size | {'attn_config': {'sliding_window_size': 128}}",
        "attn_logit_softcapping | {'attn_config': {'attn_logit_softcapping': 30}}",
        "attn_scale | {'attn_config': {'attn_temperature_tuning': {'attn_scale': 0.1}}}",
        "attn_type | {'attn_config': {'attn_type': 'linear_attention'}}",
        "learned_pos_emb | {'attn_config': {'alibi': false}, 'learned_pos_emb': false}",
        "final_logit_softcapping | {'final_logit_softcapping': 30}",
        "block_overrides | {'block_overrides': {}}",
        "head_dim | {'head_dim': 64}",
        "norm_type | {'norm_type': 'rmsnorm'}",
        "logit_scale | {'logit_scale': 'sqrt'}",
        "ffn_type | {'ffn_config': {'ffn_type': 'mptglu'}}",
        "ffn_act_fn | {'ffn_config': {'ffn_act_fn': {'name': 'silu'}}}"
      })
  void otherSettingsAreRefusedByName(String key, String json) {
    VlmException error = assertThrows(UnsupportedModelException.class, () -> of(json));
    assertTrue(error.getMessage().startsWith("config.json: " + key + " "), error::getMessage);
  }

  private static MptConfig of(String json) {
    return MptConfig.of(JsonNode.parse(json.replace('\'', '"'), "config.json"));
  }
}
