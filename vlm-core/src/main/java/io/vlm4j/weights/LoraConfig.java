package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** PEFT's {@code adapter_config.json} of a LoRA (Hu et al. 2021). */
final class LoraConfig {
  private static final List<String> REFUSED =
      List.of(
          "use_dora", "use_qalora", "lora_bias", "megatron_config", "eva_config", "arrow_config");

  private final JsonNode json;

  LoraConfig(JsonNode json) {
    this.json = json;
    if (!json.getString("peft_type").equals("LORA")) {
      throw refused("peft_type " + json.getString("peft_type"));
    }
    if (!json.getString("bias", "none").equals("none")) {
      throw refused("bias " + json.getString("bias"));
    }
    for (String key : REFUSED) {
      boolean off = json.optional(key).map(v -> v.toString().equals("false")).orElse(true);
      if (!off) {
        throw refused(key);
      }
    }
  }

  private UnsupportedModelException refused(String what) {
    return new UnsupportedModelException(json.origin() + ": adapters with " + what + " cannot run");
  }

  boolean fanInFanOut() {
    return json.getBoolean("fan_in_fan_out", false);
  }

  /** The rank of a module, by its path. */
  int rank(String module) {
    double rank = pattern("rank_pattern", module, json.getInt("r"));
    if (rank < 1) {
      throw new InvalidModelException(json.origin() + ": the rank of " + module + " is " + rank);
    }
    return (int) rank;
  }

  /** What the product of a module's two matrices is multiplied by. */
  double scale(String module) {
    double alpha = pattern("alpha_pattern", module, json.getDouble("lora_alpha"));
    int rank = rank(module);
    return alpha / (json.getBoolean("use_rslora", false) ? Math.sqrt(rank) : rank);
  }

  /** The value of the first key that the end of the path fits, as PEFT looks it up. */
  private double pattern(String table, String module, double otherwise) {
    JsonNode values = json.objectOrEmpty(table);
    for (String key : values.keys()) {
      try {
        if (Pattern.matches("(.*\\.)?(" + key + ")", module)) {
          return values.getDouble(key);
        }
      } catch (PatternSyntaxException e) {
        throw new InvalidModelException(json.origin() + ": " + table + " has no regex " + key, e);
      }
    }
    return otherwise;
  }
}
