package io.vlm4j.text;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.text.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The metadata that a GGUF of a hub checkpoint has. */
final class GgufMetadataMaker {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final List<SentencePieceModel.Kind> KINDS =
      List.of(SentencePieceModel.Kind.values());

  private static final long NORMAL = 1;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;

  private GgufMetadataMaker() {}

  static Map<String, Object> byteLevelBpe(String checkpoint, String pre) {
    JsonNode json = JsonNode.read(TestData.path(checkpoint + "/tokenizer.json"));
    Map<String, Integer> vocabulary = new HashMap<>(json.get("model").get("vocab").asIntMap());
    json.getList("added_tokens")
        .forEach(token -> vocabulary.put(token.getString("content"), token.getInt("id")));
    String[] tokens = new String[vocabulary.size()];
    vocabulary.forEach((token, id) -> tokens[id] = token);
    Long[] types = new Long[tokens.length];
    Arrays.fill(types, NORMAL);
    for (JsonNode token : json.getList("added_tokens")) {
      types[token.getInt("id")] = token.getBoolean("special", false) ? CONTROL : USER_DEFINED;
    }
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : json.get("model").getList("merges")) {
      merges.add(
          merge.isString()
              ? merge.asString()
              : merge.asList().get(0).asString() + " " + merge.asList().get(1).asString());
    }
    Map<String, Object> metadata = new HashMap<>();
    metadata.put(PREFIX + "model", "gpt2");
    metadata.put(PREFIX + "pre", pre);
    metadata.put(PREFIX + "tokens", List.of(tokens));
    metadata.put(PREFIX + "token_type", List.of(types));
    metadata.put(PREFIX + "merges", merges);
    Integer bos = vocabulary.get("<|begin_of_text|>");
    if (bos != null) {
      metadata.put(PREFIX + "bos_token_id", (long) bos);
    }
    return metadata;
  }

  static Map<String, Object> scoredBpe(String checkpoint) {
    SentencePieceModel model =
        SentencePieceModel.read(TestData.path(checkpoint + "/tokenizer.model"));
    List<Piece> pieces = model.pieces();
    Map<String, Object> metadata = new HashMap<>();
    metadata.put(PREFIX + "model", "llama");
    metadata.put(PREFIX + "tokens", pieces.stream().map(Piece::text).toList());
    metadata.put(PREFIX + "scores", pieces.stream().map(Piece::score).toList());
    metadata.put(
        PREFIX + "token_type", pieces.stream().map(p -> KINDS.indexOf(p.kind()) + 1).toList());
    metadata.put(PREFIX + "bos_token_id", 1L);
    metadata.put(PREFIX + "eos_token_id", 2L);
    metadata.put(PREFIX + "unknown_token_id", 0);
    return metadata;
  }

  /** Two digits, their merge and a control token. */
  static Map<String, Object> digits() {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put(PREFIX + "model", "gpt2");
    metadata.put(PREFIX + "tokens", List.of("1", "2", "12", "<|im_start|>"));
    metadata.put(PREFIX + "token_type", List.of(1, 1, 1, 3));
    metadata.put(PREFIX + "merges", List.of("1 2"));
    metadata.put(PREFIX + "bos_token_id", 3);
    metadata.put(PREFIX + "add_bos_token", false);
    return metadata;
  }
}
