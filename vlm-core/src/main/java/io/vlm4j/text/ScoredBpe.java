package io.vlm4j.text;

import static io.vlm4j.text.TokenizerJson.META_SPACE;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vlm4j.config.JsonNode;
import io.vlm4j.text.SentencePieceModel.Kind;
import io.vlm4j.text.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * sentencepiece's byte pair encoding, as LLaMA and Mistral use it: pieces with scores and bytes for
 * unknown characters. Merges are not stored; every way to join two pieces to a third is one, the
 * better the higher the third one's score.
 */
final class ScoredBpe {
  private final TokenizerJson json = new TokenizerJson();

  ScoredBpe(List<Piece> pieces, int unknownId, AddedTokens configured) {
    AddedTokens added = configured;
    Map<String, Integer> vocab = new LinkedHashMap<>();
    for (int id = 0; id < pieces.size(); id++) {
      Piece piece = pieces.get(id);
      vocab.put(piece.text(), id);
      if (piece.kind().isAdded() || piece.kind() == Kind.UNKNOWN) {
        added.addIfAbsent(id, piece.text(), piece.kind() != Kind.USER_DEFINED);
      }
    }
    JsonObject model = json.bpe(added.joinedTo(vocab), merges(pieces, vocab));
    model.addProperty("unk_token", pieces.get(unknownId).text());
    model.addProperty("fuse_unk", true);
    model.addProperty("byte_fallback", true);
    json.addedTokens(added);
  }

  /**
   * How spaces are written.
   *
   * @param prepend whether a text begins as if a space stood before it
   * @param everywhere whether so does the text after each added token (the "legacy" behaviour)
   */
  ScoredBpe prefixSpace(boolean prepend, boolean everywhere) {
    JsonObject escape = TokenizerJson.replace("String", " ", META_SPACE);
    if (!everywhere) {
      json.preTokenizer(TokenizerJson.metaspace(prepend ? "first" : "never", false));
    } else if (prepend) {
      json.normalizer(TokenizerJson.prepend(META_SPACE), escape);
    } else {
      json.normalizer(escape);
    }
    json.decoder(TokenizerJson.byteFallbackDecoder(prepend));
    return this;
  }

  /** The tokens around a text; null for none. */
  ScoredBpe template(SpecialTokens.Token before, SpecialTokens.Token after) {
    json.postProcessor(TokenizerJson.template(before, after));
    return this;
  }

  JsonNode build(String origin) {
    return json.build(origin);
  }

  private record Merge(String left, String right, float score, int leftId, int rightId) {}

  private static JsonArray merges(List<Piece> pieces, Map<String, Integer> vocab) {
    List<Merge> merges = new ArrayList<>();
    for (Piece piece : pieces) {
      boolean joined = piece.kind() == Kind.NORMAL || piece.kind() == Kind.USER_DEFINED;
      if (joined) {
        addMerges(piece, vocab, merges);
      }
    }
    merges.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score)
            .thenComparingInt(merge -> -length(merge.left))
            .thenComparingInt(merge -> -length(merge.right)));
    JsonArray json = new JsonArray(merges.size());
    merges.forEach(merge -> json.add(TokenizerJson.merge(merge.left, merge.right)));
    return json;
  }

  private static void addMerges(Piece piece, Map<String, Integer> vocab, List<Merge> merges) {
    String text = piece.text();
    List<Merge> local = new ArrayList<>();
    for (int cut = 1; cut < text.length(); cut++) {
      if (Character.isLowSurrogate(text.charAt(cut))) {
        continue;
      }
      String left = text.substring(0, cut);
      String right = text.substring(cut);
      Integer leftId = vocab.get(left);
      Integer rightId = vocab.get(right);
      if (leftId != null && rightId != null) {
        local.add(new Merge(left, right, piece.score(), leftId, rightId));
      }
    }
    local.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
    merges.addAll(local);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
