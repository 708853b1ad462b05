package io.vlm4j.weights;

import com.google.gson.Gson;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration inside a GGUF file, in the hub's terms. */
public final class GgufConfig {
  private static final List<String> ARCHITECTURES = List.of("llama", "qwen2");

  private final GgufFile file;
  private final String architecture;
  private final Map<String, Object> config = new LinkedHashMap<>();

  private GgufConfig(GgufFile file) {
    this.file = file;
    this.architecture = String.valueOf(file.metadata().get("general.architecture"));
    if (!ARCHITECTURES.contains(architecture)) {
      throw new UnsupportedModelException(
          file.origin()
              + " holds the architecture '"
              + architecture
              + "'; supported are "
              + String.join(", ", ARCHITECTURES));
    }
  }

  /** A {@code config.json} for the model in a file. */
  public static JsonNode toHubConfig(GgufFile file) {
    return new GgufConfig(file).read();
  }

  private JsonNode read() {
    if (file.names().contains("rope_freqs.weight")) {
      throw new UnsupportedModelException(
          file.origin()
              + " stores its rotary frequencies as a tensor (rope_freqs.weight), which is not"
              + " supported; use the model's hub folder");
    }
    config.put("model_type", architecture);
    require("hidden_size", "embedding_length");
    require("num_hidden_layers", "block_count");
    require("intermediate_size", "feed_forward_length");
    require("num_attention_heads", "attention.head_count");
    require("max_position_embeddings", "context_length");
    require("rms_norm_eps", "attention.layer_norm_rms_epsilon");
    copy("num_key_value_heads", "attention.head_count_kv");
    config.putIfAbsent("num_key_value_heads", config.get("num_attention_heads"));
    copy("head_dim", "attention.key_length");
    copy("rope_theta", "rope.freq_base");
    ropeScaling();
    config.put("vocab_size", vocabularySize());
    config.put("tie_word_embeddings", !file.names().contains("output.weight"));
    copyToken("bos_token_id", "bos_token_id");
    copyToken("eos_token_id", "eos_token_id");
    copyToken("pad_token_id", "padding_token_id");
    return JsonNode.parse(new Gson().toJson(config), file.origin());
  }

  private void ropeScaling() {
    Object type = file.metadata().get(architecture + ".rope.scaling.type");
    if (type != null && !type.equals("none")) {
      Map<String, Object> scaling = new LinkedHashMap<>();
      scaling.put("rope_type", type);
      scaling.put("factor", value("rope.scaling.factor"));
      scaling.put(
          "original_max_position_embeddings", value("rope.scaling.original_context_length"));
      config.put("rope_scaling", scaling);
    }
  }

  private Object vocabularySize() {
    if (!file.names().contains("token_embd.weight")) {
      throw new InvalidModelException(file.origin() + " has no tensor token_embd.weight");
    }
    return file.info("token_embd.weight").shape().get(0);
  }

  private Object value(String key) {
    return file.metadata().get(architecture + "." + key);
  }

  private void copy(String hubKey, String key) {
    if (value(key) != null) {
      config.put(hubKey, value(key));
    }
  }

  private void copyToken(String hubKey, String key) {
    Object id = file.metadata().get("tokenizer.ggml." + key);
    if (id != null) {
      config.put(hubKey, id);
    }
  }

  private void require(String hubKey, String key) {
    copy(hubKey, key);
    if (!config.containsKey(hubKey)) {
      throw new InvalidModelException(
          file.origin() + " has no metadata " + architecture + "." + key);
    }
  }
}
