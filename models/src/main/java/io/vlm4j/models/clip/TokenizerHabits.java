package io.vlm4j.models.clip;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ModelFolder;
import java.util.List;

/**
 * What a {@code tokenizer_config.json} says of texts that are read together.
 *
 * @param maxLength {@code model_max_length}
 * @param hidesPadding padding is hidden from attention: {@code model_input_names} has {@code
 *     attention_mask}, as it has unless the file says otherwise (that of {@code google/siglip-*}
 *     does)
 */
public record TokenizerHabits(double maxLength, boolean hidesPadding) {
  /**
   * Reads a folder's.
   *
   * @throws UnsupportedModelException if texts are padded in front
   */
  public static TokenizerHabits of(ModelFolder folder) {
    JsonNode json = folder.optionalConfig("tokenizer_config.json");
    String side = json.getString("padding_side", "right");
    if (!side.equals("right")) {
      throw new UnsupportedModelException(
          "%s: padding_side '%s' is not supported; supported is right"
              .formatted(json.origin(), side));
    }
    List<String> inputs =
        json.getList("model_input_names").stream().map(JsonNode::asString).toList();
    return new TokenizerHabits(
        json.getDouble("model_max_length", Integer.MAX_VALUE),
        inputs.isEmpty() || inputs.contains("attention_mask"));
  }

  /** Tokens of the longest text: what both tokenizer and model take. */
  public int limit(int maxPositions) {
    return (int) Math.max(1, Math.min(maxLength, maxPositions));
  }
}
