package io.vlm4j.llm.llama;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The variants of the family; their names are the hub's {@code model_type} values. */
public enum LlamaFamily {
  LLAMA(LlamaConfig::llama),
  MISTRAL(LlamaConfig::mistral),
  QWEN2(LlamaConfig::qwen2),
  /** The language model in IDEFICS; the images are others' concern. */
  IDEFICS(LlamaConfig::idefics);

  /** What the hub calls the tensors. */
  private static final NameMap NAMES =
      NameMap.parse(
          """
          model.*                                  -> *
                    embed_tokens.additional_embedding.*      -> embedding.additional.*
          embed_tokens.*                           -> embedding.*
          layers.{i}.input_layernorm.*             -> layers.{i}.attention.norm.*
          layers.{i}.self_attn.q_proj.*            -> layers.{i}.attention.query.*
          layers.{i}.self_attn.k_proj.*            -> layers.{i}.attention.key.*
          layers.{i}.self_attn.v_proj.*            -> layers.{i}.attention.value.*
          layers.{i}.self_attn.o_proj.*            -> layers.{i}.attention.output.*
          layers.{i}.self_attn.rotary_emb.inv_freq -> ignore
          rotary_emb.inv_freq                      -> ignore
          layers.{i}.post_attention_layernorm.*    -> layers.{i}.mlp.norm.*
          layers.{i}.mlp.gate_proj.*               -> layers.{i}.mlp.gate.*
          layers.{i}.mlp.up_proj.*                 -> layers.{i}.mlp.up.*
          layers.{i}.mlp.down_proj.*               -> layers.{i}.mlp.down.*
          norm.*                                   -> norm.*
                    lm_head.additional_fc.*                  -> head.additional.*
          lm_head.*                                -> head.*
          """);

  private final Function<JsonNode, LlamaConfig> configuration;

  LlamaFamily(Function<JsonNode, LlamaConfig> configuration) {
    this.configuration = configuration;
  }

  /** The variant of a {@code model_type}, if it is one of these. */
  public static Optional<LlamaFamily> of(String modelType) {
    return Arrays.stream(values()).filter(f -> f.modelType().equals(modelType)).findFirst();
  }

  /** The hub's name. */
  public String modelType() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a hub configuration. */
  public LlamaConfig config(JsonNode json) {
    return configuration.apply(json);
  }

  /** Reads a model from weights under the hub's names. */
  public LanguageModel load(JsonNode json, Weights weights) {
    return LlamaModel.load(config(json), weights.mapped(NAMES));
  }
}
