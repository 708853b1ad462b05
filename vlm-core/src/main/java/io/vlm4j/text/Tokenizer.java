package io.vlm4j.text;

import java.util.OptionalInt;

/**
 * Text to token ids and back, exactly as the checkpoint's own tokenizer does it.
 *
 * <p>Instances are immutable and may be shared by any number of threads. They hold native memory:
 * {@link #close} frees it, and every later call throws {@link IllegalStateException}.
 *
 * <p>Added tokens of the checkpoint, such as {@code <image>} or {@code <|im_end|>}, are recognised
 * wherever they stand in a text, with and without {@code addSpecialTokens}.
 */
public interface Tokenizer extends AutoCloseable {

  /** The longest text, in UTF-16 units, that {@link #encode} takes. */
  int MAX_TEXT_LENGTH = 1 << 20;

  /** Token ids of a text, with the special tokens that the checkpoint puts around it. */
  default int[] encode(String text) {
    return encode(text, true);
  }

  /**
   * Token ids of a text; never truncated, never padded.
   *
   * @param text any text; an unpaired surrogate is read as U+FFFD
   * @param addSpecialTokens whether the checkpoint's post-processor adds its tokens (BOS, EOS, ...)
   * @throws io.vlm4j.error.InvalidPromptException if the text is longer than {@link
   *     #MAX_TEXT_LENGTH} or cannot be tokenised
   */
  int[] encode(String text, boolean addSpecialTokens);

  /**
   * The text of a sequence of ids. Ids outside the vocabulary are left out, as language models have
   * padded vocabularies.
   *
   * @param skipSpecialTokens whether special tokens are left out too
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** One more than the largest id, added tokens included. */
  int vocabSize();

  /** The id of one token, as it is written in the vocabulary. */
  OptionalInt id(String token);

  /**
   * One token as it is written in the vocabulary (byte-level pieces stay encoded); the empty string
   * for an id outside the vocabulary.
   */
  String token(int id);

  /** True if {@link #decode} with {@code skipSpecialTokens} leaves the id out. */
  boolean isSpecial(int id);

  /** The tokens that have a role. */
  SpecialTokens specialTokens();

  /** A decoder that turns ids into text as they arrive. */
  IncrementalDecoder incrementalDecoder(boolean skipSpecialTokens);

  @Override
  void close();
}
