package io.vlm4j.text;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds regular expressions such as {@code (a+)+}, whose backtracking grows exponentially: the
 * native regex engine gives up on them with a panic. No tokenizer needs one.
 */
final class RegexGuard {
  private RegexGuard() {}

  /** True if a group that holds an unbounded repetition is itself repeated without bound. */
  static boolean mayBacktrackWithoutEnd(String regex) {
    Deque<Boolean> repeats = new ArrayDeque<>(); // per open group: holds a repetition
    repeats.push(false);
    for (int i = 0; i < regex.length(); i++) {
      switch (regex.charAt(i)) {
        case '\\' -> i++;
        case '[' -> i = classEnd(regex, i);
        case '(' -> repeats.push(false);
        case ')' -> {
          boolean inner = repeats.size() > 1 && repeats.pop();
          boolean repeated = isUnbounded(regex, i + 1);
          if (inner && repeated) {
            return true;
          }
          repeats.push(repeats.pop() || inner || repeated);
        }
        default -> {
          if (isUnbounded(regex, i) && i > 0) {
            repeats.pop();
            repeats.push(true);
          }
        }
      }
    }
    return false;
  }

  private static boolean isUnbounded(String regex, int i) {
    if (i >= regex.length()) {
      return false;
    }
    char c = regex.charAt(i);
    int close = c == '{' ? regex.indexOf('}', i) : -1;
    return c == '*' || c == '+' || (close > 0 && regex.charAt(close - 1) == ',');
  }

  /** The bracket that closes a character class; classes nest. */
  private static int classEnd(String regex, int open) {
    int depth = 0;
    for (int i = open; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '[') {
        depth++;
      } else if (c == ']' && --depth == 0) {
        return i;
      }
    }
    return regex.length();
  }
}
