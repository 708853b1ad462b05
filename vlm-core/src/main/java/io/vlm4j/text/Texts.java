package io.vlm4j.text;

/** Small helpers on strings. */
final class Texts {
  private static final char REPLACEMENT = '\uFFFD';

  private Texts() {}

  /** The first line of a message, for errors of one line. */
  static String firstLine(String message) {
    return message == null ? "no reason given" : message.lines().findFirst().orElse("");
  }

  /**
   * The text with every unpaired surrogate replaced by U+FFFD: the native side would misread the
   * whole string for one of them.
   */
  static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean paired = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
      if (paired) {
        i++;
      } else {
        fixed = fixed == null ? new StringBuilder(text) : fixed;
        fixed.setCharAt(i, REPLACEMENT);
      }
    }
    return fixed == null ? text : fixed.toString();
  }

  /** Python's {@code str.strip()}, which takes no-break spaces for white space too. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Python's {@code str.isspace()} for one character. */
  static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  /**
   * Undoes the spaces that word-level decoders put before punctuation and English contractions, as
   * {@code clean_up_tokenization_spaces} of the hub's configuration asks for.
   */
  static String cleanUpSpaces(String text) {
    return text.replace(" .", ".")
        .replace(" ?", "?")
        .replace(" !", "!")
        .replace(" ,", ",")
        .replace(" ' ", "'")
        .replace(" n't", "n't")
        .replace(" 'm", "'m")
        .replace(" 's", "'s")
        .replace(" 've", "'ve")
        .replace(" 're", "'re");
  }
}
