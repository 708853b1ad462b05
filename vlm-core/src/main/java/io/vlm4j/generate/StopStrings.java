package io.vlm4j.generate;

import java.util.List;

/**
 * Finds stop strings in a stream of text, wherever the pieces' borders are. Text that could be the
 * start of a stop string is withheld until it is clear.
 */
final class StopStrings {
  private final List<String> stopStrings;
  private final StringBuilder withheld = new StringBuilder();
  private boolean found;

  StopStrings(List<String> stopStrings) {
    this.stopStrings = stopStrings;
  }

  /** Takes a piece; returns the text that is certain not to belong to a stop string. */
  String push(String piece) {
    if (found) {
      return "";
    }
    withheld.append(piece);
    int start =
        stopStrings.stream().mapToInt(withheld::indexOf).filter(i -> i >= 0).min().orElse(-1);
    found = start >= 0;
    return release(found ? start : withheld.length() - possibleStart());
  }

  /** Ends the text; returns what was withheld. */
  String finish() {
    return found ? "" : release(withheld.length());
  }

  /** True once a stop string has appeared. */
  boolean found() {
    return found;
  }

  private String release(int length) {
    String text = withheld.substring(0, length);
    withheld.delete(0, length);
    return text;
  }

  /** Length of the longest end of the withheld text that begins a stop string. */
  private int possibleStart() {
    int longest = 0;
    for (String stop : stopStrings) {
      for (int length = Math.min(stop.length(), withheld.length()); length > longest; length--) {
        if (stop.startsWith(withheld.substring(withheld.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
