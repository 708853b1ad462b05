package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.TensorScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A GGUF file's configuration in the hub's words. */
public final class GgufConfig {
  private static final List<String> ARCHITECTURES = List.of("llama", "qwen2");

  private final GgufFile file;
  private final GgufMetadata metadata;
  private final String architecture;
  private final Map<String, Object> config = new LinkedHashMap<>();

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
    this.architecture = metadata.getString("general.architecture");
  }

  /**
   * What {@code config.json} of the same model would say.
   *
   * @throws UnsupportedModelException if the architecture, or an option of it, is not supported
   * @throws InvalidModelException if a value is missing or of the wrong type
   */
  public static JsonNode toHubConfig(GgufFile file) {
    GgufConfig config = new GgufConfig(file);
    config.requireSupported();
    config.translate();
    return JsonNode.of(config.config, file.origin());
  }

  private void requireSupported() {
    if (!ARCHITECTURES.contains(architecture)) {
      throw new UnsupportedModelException(
          file.origin()
              + " has the architecture "
              + Names.shown(architecture)
              + "; supported are "
              + String.join(", ", ARCHITECTURES));
    }
    int experts = findInt("expert_count").orElse(0);
    if (experts > 0) {
      throw new UnsupportedModelException(
          file.origin() + " is a mixture of " + experts + " experts, which is not supported");
    }
    int headSize = headSize();
    int rotated = findInt("rope.dimension_count").orElse(headSize);
    if (rotated != headSize) {
      throw new UnsupportedModelException(
          file.origin()
              + " rotates "
              + rotated
              + " of "
              + headSize
              + " features of a head; supported is all of them");
    }
  }

  private void translate() {
    config.put("model_type", architecture);
    config.put("vocab_size", vocabularySize());
    config.put("hidden_size", getInt("embedding_length"));
    config.put("intermediate_size", getInt("feed_forward_length"));
    config.put("num_hidden_layers", getInt("block_count"));
    config.put("num_attention_heads", heads());
    config.put("num_key_value_heads", findInt("attention.head_count_kv").orElse(heads()));
    config.put("head_dim", headSize());
    config.put("max_position_embeddings", getInt("context_length"));
    config.put("rms_norm_eps", getDouble("attention.layer_norm_rms_epsilon"));
    config.put("rope_theta", findDouble("rope.freq_base").orElse(10000.0));
    config.put("hidden_act", "silu");
    config.put("attention_bias", has("blk.0.attn_q.bias"));
    config.put("mlp_bias", has("blk.0.ffn_up.bias"));
    config.put("tie_word_embeddings", !has("output.weight"));
    token("bos_token_id", "bos_token_id");
    token("eos_token_id", "eos_token_id");
    token("pad_token_id", "padding_token_id");
    ropeScaling().ifPresent(scaling -> config.put("rope_scaling", scaling));
  }

  private Optional<Map<String, Object>> ropeScaling() {
    if (has("rope_freqs.weight")) {
      return Optional.of(factors());
    }
    String type = metadata.findString(key("rope.scaling.type")).orElse("none");
    Map<String, Object> scaling = new LinkedHashMap<>();
    switch (type) {
      case "none" -> {
        return Optional.empty();
      }
      case "linear", "yarn" -> {
        scaling.put("rope_type", type);
        scaling.put("factor", getDouble("rope.scaling.factor"));
        findInt("rope.scaling.original_context_length")
            .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
        return Optional.of(scaling);
      }
      default ->
          throw new UnsupportedModelException(
              file.origin()
                  + " has the rope scaling "
                  + Names.shown(type)
                  + "; supported are none, linear, yarn and rope_freqs.weight");
    }
  }

  /**
   * LLaMA 3's scaling is stored as what it comes to: a divisor of each frequency. LongRoPE's lists
   * say the same when both are equal.
   */
  private Map<String, Object> factors() {
    int count = headSize() / 2;
    TensorInfo info = file.info("rope_freqs.weight");
    if (!info.hasShape(count)) {
      throw new InvalidModelException(
          file.origin() + ": tensor " + info + " has another shape than expected, [" + count + "]");
    }
    try (TensorScope scope = TensorScope.open()) {
      float[] factors = file.load(info.name()).toFloats();
      for (float factor : factors) {
        if (!(factor > 0) || Float.isInfinite(factor)) {
          throw new InvalidModelException(
              file.origin() + ": tensor " + info + " holds " + factor + "; expected divisors");
        }
      }
      return Map.of(
          "rope_type",
          "longrope",
          "short_factor",
          factors,
          "long_factor",
          factors,
          "attention_factor",
          1.0);
    }
  }

  private void token(String hubKey, String key) {
    metadata.findInt("tokenizer.ggml." + key).ifPresent(id -> config.put(hubKey, id));
  }

  private int heads() {
    int heads = getInt("attention.head_count");
    if (heads < 1) {
      throw new InvalidModelException(
          file.origin() + " has " + heads + " attention heads; expected at least 1");
    }
    return heads;
  }

  private int headSize() {
    return findInt("attention.key_length").orElse(getInt("embedding_length") / heads());
  }

  /** From the table itself: not every file says it. */
  private long vocabularySize() {
    String name = "token_embd.weight";
    if (!has(name) || file.info(name).shape().size() != 2) {
      throw new InvalidModelException(
          file.origin() + " has no matrix " + name + "; only whole models can be opened");
    }
    return file.info(name).shape().get(0);
  }

  private boolean has(String name) {
    return file.names().contains(name);
  }

  private int getInt(String key) {
    return metadata.getInt(key(key));
  }

  private Optional<Integer> findInt(String key) {
    return metadata.findInt(key(key));
  }

  private double getDouble(String key) {
    return findDouble(key)
        .orElseThrow(
            () -> new InvalidModelException(file.origin() + " has no metadata value " + key(key)));
  }

  private Optional<Double> findDouble(String key) {
    return metadata
        .findDouble(key(key))
        .map(
            value -> {
              if (!Double.isFinite(value)) {
                throw new InvalidModelException(
                    file.origin() + ": metadata value " + key(key) + " is " + value);
              }
              return value;
            });
  }

  private String key(String key) {
    return architecture + "." + key;
  }
}
