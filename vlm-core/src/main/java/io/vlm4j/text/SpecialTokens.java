package io.vlm4j.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokens of a checkpoint that have a role, as {@code tokenizer_config.json} and {@code
 * special_tokens_map.json} name them (or a GGUF's metadata). A role that the checkpoint does not
 * fill is empty; so is one whose token is not in the vocabulary.
 *
 * @param roles role ({@code bos_token}, {@code image_token}, ...) to token
 */
public record SpecialTokens(Map<String, Token> roles) {

  /**
   * A token and its id.
   *
   * @param text the token as it is written in text
   * @param id its id
   */
  public record Token(String text, int id) {}

  /** Makes the map immutable, in its order. */
  public SpecialTokens {
    roles = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(roles));
  }

  /** The token with a role, by the hub's key for it, for example {@code "image_token"}. */
  public Optional<Token> role(String key) {
    return Optional.ofNullable(roles.get(key));
  }

  /** Beginning of sequence. */
  public Optional<Token> bos() {
    return role("bos_token");
  }

  /** End of sequence. */
  public Optional<Token> eos() {
    return role("eos_token");
  }

  /** Padding. */
  public Optional<Token> pad() {
    return role("pad_token");
  }

  /** What stands for characters that the vocabulary lacks. */
  public Optional<Token> unk() {
    return role("unk_token");
  }

  /** Id of the beginning of sequence. */
  public OptionalInt bosId() {
    return id(bos());
  }

  /** Id of the end of sequence. */
  public OptionalInt eosId() {
    return id(eos());
  }

  /** Id of padding. */
  public OptionalInt padId() {
    return id(pad());
  }

  /** Id of the unknown token. */
  public OptionalInt unkId() {
    return id(unk());
  }

  private static OptionalInt id(Optional<Token> token) {
    return token.map(t -> OptionalInt.of(t.id())).orElseGet(OptionalInt::empty);
  }
}
