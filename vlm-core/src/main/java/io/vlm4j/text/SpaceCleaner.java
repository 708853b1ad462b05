package io.vlm4j.text;

/**
 * {@link Texts#cleanUpSpaces} on a stream. Every pattern that it replaces begins with a space, and
 * a space elsewhere in one follows an apostrophe; so text can be cut before any other space.
 */
final class SpaceCleaner {
  private final StringBuilder pending = new StringBuilder();

  /** Takes more text; returns the cleaned text up to the last place where it can be cut. */
  String push(String text) {
    pending.append(text);
    int cut = pending.length() - 1;
    while (cut > 0 && !isCut(cut)) {
      cut--;
    }
    if (cut <= 0) {
      return "";
    }
    String settled = Texts.cleanUpSpaces(pending.substring(0, cut));
    pending.delete(0, cut);
    return settled;
  }

  private boolean isCut(int i) {
    char before = pending.charAt(i - 1);
    return pending.charAt(i) == ' ' && before != ' ' && before != '\'';
  }
}
