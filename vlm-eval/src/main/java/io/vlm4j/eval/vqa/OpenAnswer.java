package io.vlm4j.eval.vqa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MMMU's rule for open questions: what comes after {@code is}, {@code so}, {@code answer} and the
 * like in each sentence is looked at. It is right if an expected text stands in it, or an expected
 * number, to two decimals, is one of its numbers.
 *
 * @param expected right answers; one is enough
 * @see <a href="https://github.com/MMMU-Benchmark/MMMU">the official evaluation</a>
 */
public record OpenAnswer(List<String> expected) implements Grader {
  private static final List<String> INDICATORS =
      List.of("could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ");
  private static final List<Pattern> NUMBERS =
      List.of(
          Pattern.compile("-?\\b\\d{1,3}(?:,\\d{3})+\\b"),
          Pattern.compile("-?\\d+(?:\\.\\d+)?[eE][+-]?\\d+"),
          Pattern.compile("-?(?:\\d+\\.\\d+|\\.\\d+|\\d+\\b)(?![eE][+-]?\\d+)(?![,\\d])"));
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

  /** Copies the list. */
  public OpenAnswer {
    expected = List.copyOf(expected);
  }

  @Override
  public double grade(String answer) {
    List<Object> wanted = expected.stream().flatMap(e -> normalize(e).stream()).toList();
    for (String part : keyParts(answer)) {
      List<String> given = new ArrayList<>(List.of(part));
      NUMBERS.forEach(
          pattern -> pattern.matcher(part).results().map(r -> r.group()).forEach(given::add));
      for (String one : given) {
        for (Object normalized : normalize(one)) {
          if (matches(normalized, wanted)) {
            return 1;
          }
        }
      }
    }
    return 0;
  }

  private static boolean matches(Object given, List<Object> wanted) {
    return given instanceof String text
        ? wanted.stream().anyMatch(w -> w instanceof String s && text.contains(s))
        : wanted.contains(given);
  }

  /** Of each sentence the shortest end that an indicator announces; the whole if none does. */
  private static List<String> keyParts(String answer) {
    String text = answer.strip().replaceAll("^\\.+|\\.+$", "").toLowerCase(Locale.ROOT);
    String[] sentences =
        text.split("\n", -1); // in small letters no sentence is told by its capital
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < sentences.length; i++) {
      List<String> indicators = new ArrayList<>(INDICATORS);
      if (i == sentences.length - 1) {
        indicators.add("="); // the last may be an equation
      }
      String shortest = shortestEnd(sentences[i], indicators);
      if (shortest != null && !shortest.matches("[:,.!?;']?")) {
        parts.add(shortest);
      }
    }
    return parts.isEmpty() ? List.of(text) : parts;
  }

  private static String shortestEnd(String sentence, List<String> indicators) {
    String shortest = null;
    for (String indicator : indicators) {
      int at = sentence.lastIndexOf(indicator);
      if (at >= 0) {
        String end = sentence.substring(at + indicator.length()).strip();
        if (shortest == null || shortest.isEmpty() || end.length() < shortest.length()) {
          shortest = end;
        }
      }
    }
    return shortest;
  }

  /** A number to two decimals, or text in small letters; a single letter must stand by itself. */
  private static List<Object> normalize(String text) {
    String plain = text.strip();
    Matcher number = NUMBER.matcher(plain.replace(",", ""));
    if (number.matches()) {
      return List.of(Math.rint(Double.parseDouble(number.group()) * 100) / 100);
    }
    String small = plain.toLowerCase(Locale.ROOT);
    return small.length() == 1 ? List.of(" " + small, small + " ") : List.of(small);
  }
}
