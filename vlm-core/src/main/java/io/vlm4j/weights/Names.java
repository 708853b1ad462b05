package io.vlm4j.weights;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Tensor names in error messages; they come from files, so they may be anything. */
final class Names {
  private static final int LONGEST = 120;
  private static final int MOST = 10;

  private Names() {}

  /** A name on one line and of bounded length. */
  static String shown(String name) {
    String cut = name.length() > LONGEST ? name.substring(0, LONGEST) + "..." : name;
    return cut.replaceAll("[\\p{Cntrl}\\x85\\u2028\\u2029]", "?");
  }

  /** The first ten names, and how many more there are. */
  static String listed(Collection<String> names) {
    String first = names.stream().limit(MOST).map(Names::shown).collect(Collectors.joining(", "));
    return names.size() > MOST ? first + " and " + (names.size() - MOST) + " more" : first;
  }

  /** The names that share most of their beginning and end with one that was looked for. */
  static List<String> nearest(String wanted, Collection<String> names) {
    return names.stream()
        .sorted(Comparator.comparingInt((String name) -> -likeness(wanted, name)))
        .limit(3)
        .toList();
  }

  private static int likeness(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    int head = 0;
    while (head < shorter && a.charAt(head) == b.charAt(head)) {
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && a.charAt(a.length() - 1 - tail) == b.charAt(b.length() - 1 - tail)) {
      tail++;
    }
    return head + tail;
  }
}
