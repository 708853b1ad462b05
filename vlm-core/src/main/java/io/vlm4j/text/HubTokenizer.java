package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import java.util.OptionalInt;
import java.util.function.Function;

/** A tokenizer of the native library together with the conventions of the hub around it. */
final class HubTokenizer implements Tokenizer {
  private final NativeHandle handle;
  private final Vocabulary vocabulary;
  private final SpecialTokens specialTokens;
  private final Decoding decoding;

  /**
   * What happens to the native decoder's text.
   *
   * @param endOfWordSuffix CLIP's {@code </w>}, which stands for a space; empty for the others
   * @param cleanUpSpaces see {@link Texts#cleanUpSpaces}
   * @param byteFallback whether pieces such as {@code <0xE4>} are joined to UTF-8 characters
   */
  record Decoding(String endOfWordSuffix, boolean cleanUpSpaces, boolean byteFallback) {
    static Decoding of(JsonNode json, boolean cleanUpSpaces) {
      String suffix = json.get("model").getString("end_of_word_suffix", "");
      // The decoder's kinds are nested arbitrarily; its text names them all.
      boolean byteFallback =
          json.optional("decoder")
              .map(d -> d.toString().contains("\"ByteFallback\""))
              .orElse(false);
      return new Decoding(suffix, cleanUpSpaces, byteFallback);
    }

    String finish(String text) {
      String words =
          endOfWordSuffix.isEmpty() ? text : Texts.strip(text.replace(endOfWordSuffix, " "));
      return cleanUpSpaces ? Texts.cleanUpSpaces(words) : words;
    }
  }

  private HubTokenizer(
      NativeHandle handle, Vocabulary vocabulary, SpecialTokens specialTokens, Decoding decoding) {
    this.handle = handle;
    this.vocabulary = vocabulary;
    this.specialTokens = specialTokens;
    this.decoding = decoding;
  }

  /**
   * @param json the content of a {@code tokenizer.json}
   * @param cleanUpSpaces whether decoded text is cleaned up
   * @param roles finds the special tokens by the vocabulary's ids
   */
  static HubTokenizer create(
      JsonNode json,
      boolean cleanUpSpaces,
      Function<Function<String, OptionalInt>, SpecialTokens> roles) {
    TokenizerJsonGuard.check(json);
    Vocabulary vocabulary = Vocabulary.of(json);
    SpecialTokens specialTokens = roles.apply(vocabulary::id);
    Decoding decoding = Decoding.of(json, cleanUpSpaces);
    // Written out again, so that the native parser reads what the guard has seen: the two differ
    // on repeated keys.
    String text = json.toString();
    if (!Texts.wellFormed(text).equals(text)) {
      throw new InvalidModelException(json.origin() + " holds half a surrogate pair in a token");
    }
    return new HubTokenizer(
        NativeHandle.create(text, json.origin()), vocabulary, specialTokens, decoding);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    if (text.length() > MAX_TEXT_LENGTH) {
      throw new InvalidPromptException(
          "the text has "
              + text.length()
              + " characters; at most "
              + MAX_TEXT_LENGTH
              + " are read");
    }
    try {
      return handle.encode(Texts.wellFormed(text), addSpecialTokens);
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InvalidPromptException(
          "the tokenizer cannot read this text: " + Texts.firstLine(e.getMessage()), e);
    }
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return decoding.finish(decodeRaw(ids, skipSpecialTokens));
  }

  /** The native decoder's text, before {@link Decoding#finish}. */
  String decodeRaw(int[] ids, boolean skipSpecialTokens) {
    return handle.decode(ids, skipSpecialTokens);
  }

  Decoding decoding() {
    return decoding;
  }

  @Override
  public IncrementalDecoder incrementalDecoder(boolean skipSpecialTokens) {
    return new WindowDecoder(this, skipSpecialTokens);
  }

  @Override
  public int vocabSize() {
    return vocabulary.size();
  }

  @Override
  public OptionalInt id(String token) {
    return vocabulary.id(token);
  }

  @Override
  public String token(int id) {
    return vocabulary.token(id);
  }

  @Override
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  @Override
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  @Override
  public void close() {
    handle.close();
  }
}
