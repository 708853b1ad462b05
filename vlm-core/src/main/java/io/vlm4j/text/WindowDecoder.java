package io.vlm4j.text;

import java.util.Arrays;

/**
 * Streams by decoding a short window: the ids shown last, as context, and the new ones after them.
 * The context makes decoders that treat the first piece apart (a stripped space, a missing {@code
 * ##}) give the same text as in the whole sequence.
 */
final class WindowDecoder implements IncrementalDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  private final HubTokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private final SpaceCleaner cleaner = new SpaceCleaner();
  private int[] ids = new int[64];
  private int count;
  private int windowStart;
  private String context = "";
  private int shown;

  WindowDecoder(HubTokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  @Override
  public String push(int id) {
    boolean unknown = id < 0 || id >= tokenizer.vocabSize();
    boolean silent = unknown || (skipSpecialTokens && tokenizer.isSpecial(id));
    if (silent) {
      return "";
    }
    append(id);
    if (!tokenizer.decoding().endOfWordSuffix().isEmpty() || isUnfinished(id)) {
      return "";
    }
    String text = show(certain());
    shown += text.length();
    return text;
  }

  @Override
  public String finish() {
    String all = tokenizer.decode(Arrays.copyOf(ids, count), skipSpecialTokens);
    return all.substring(Math.min(shown, all.length()));
  }

  /** The new text of the window, or nothing while it may still change. */
  private String certain() {
    String window = raw(windowStart);
    boolean grown = window.length() > context.length() && window.startsWith(context);
    if (!grown || window.charAt(window.length() - 1) == REPLACEMENT) {
      return "";
    }
    String added = window.substring(context.length());
    moveWindow(window);
    return added;
  }

  /** Starts the next window at the last piece, unless that piece alone shows nothing. */
  private void moveWindow(String window) {
    String last = raw(count - 1);
    boolean anchored = !last.isEmpty() && last.charAt(0) != REPLACEMENT;
    windowStart = anchored ? count - 1 : windowStart;
    context = anchored ? last : window;
  }

  private String show(String text) {
    return tokenizer.decoding().cleanUpSpaces() ? cleaner.push(text) : text;
  }

  /**
   * A run of byte pieces is UTF-8 as a whole or not at all, so its end must be seen. (A byte-level
   * vocabulary decodes half a character to U+FFFD instead.)
   */
  private boolean isUnfinished(int id) {
    return tokenizer.decoding().byteFallback() && isBytePiece(tokenizer.token(id));
  }

  static boolean isBytePiece(String token) {
    return token.length() == 6 && token.startsWith("<0x") && token.endsWith(">");
  }

  private String raw(int from) {
    return tokenizer.decodeRaw(Arrays.copyOfRange(ids, from, count), skipSpecialTokens);
  }

  private void append(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }
}
