package io.vlm4j.eval.vqa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A choice among options: an answer names its letter, or repeats its text. What names none, or
 * cannot be understood, is wrong; nothing is guessed.
 *
 * @param options in order; the first is A
 * @param right index of the right one
 */
public record ChosenOption(List<String> options, int right) implements Grader {
  private static final Pattern STATEMENT =
      Pattern.compile("answer\\s*(?:is|:)\\s*\\(?([A-Z])\\b", Pattern.CASE_INSENSITIVE);

  /** Copies the list and checks the index. */
  public ChosenOption {
    options = List.copyOf(options);
    if (right < 0 || right >= options.size() || options.size() > 26) {
      throw new IllegalArgumentException("option " + right + " of " + options.size());
    }
  }

  /** The letter of an option. */
  public static String letter(int index) {
    return String.valueOf((char) ('A' + index));
  }

  @Override
  public double grade(String answer) {
    OptionalInt chosen = chosen(answer);
    return chosen.isPresent() && chosen.getAsInt() == right ? 1 : 0;
  }

  @Override
  public String understood(String answer) {
    OptionalInt chosen = chosen(answer);
    return chosen.isPresent() ? letter(chosen.getAsInt()) : "";
  }

  /**
   * The option that an answer names: the last of {@code The answer is B}, {@code (B)}, a letter by
   * itself, or, in the absence of all, the option whose text it is, or whose text comes last in it.
   */
  public OptionalInt chosen(String answer) {
    String text = answer.strip();
    if (text.matches("(?i)\\(?[a-z]\\)?[.:,]?")) { // nothing but a letter
      return index(text.replaceAll("[^A-Za-z]", ""));
    }
    Matcher statement = STATEMENT.matcher(text);
    OptionalInt stated = OptionalInt.empty();
    while (statement.find()) {
      stated = index(statement.group(1));
    }
    if (stated.isPresent()) {
      return stated;
    }
    if (text.matches("(?s)[A-Z][.:)]\\s.*")) { // B. because ...
      return index(text.substring(0, 1));
    }
    OptionalInt named = last(text, option -> "(" + letter(option) + ")");
    if (named.isEmpty()) {
      named =
          last(
              " " + text.replaceAll("[,.!?;:'\"]", " ") + " ",
              option -> " " + letter(option) + " ");
    }
    return named.isPresent() ? named : byText(text.toLowerCase(Locale.ROOT));
  }

  private OptionalInt byText(String text) {
    String plain = text.replaceFirst("[.!]$", "");
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).strip().replaceFirst("[.!]$", "").equalsIgnoreCase(plain)) {
        return OptionalInt.of(i);
      }
    }
    return last(text, option -> options.get(option).strip().toLowerCase(Locale.ROOT));
  }

  /** The option whose form stands last in the text; of two at one place the longer. */
  private OptionalInt last(String text, Function<Integer, String> form) {
    int best = -1;
    int bestEnd = -1;
    for (int i = 0; i < options.size(); i++) {
      String wanted = form.apply(i);
      int at = wanted.isBlank() ? -1 : text.lastIndexOf(wanted);
      int end = at + wanted.length();
      if (at >= 0
          && (end > bestEnd || (end == bestEnd && wanted.length() > form.apply(best).length()))) {
        best = i;
        bestEnd = end;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private OptionalInt index(String letter) {
    int index = letter.toUpperCase(Locale.ROOT).charAt(0) - 'A';
    return index < options.size() ? OptionalInt.of(index) : OptionalInt.empty();
  }

  /** All options with their letters, a line each. */
  public static List<String> lettered(List<String> options) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < options.size(); i++) {
      lines.add(letter(i) + ". " + options.get(i));
    }
    return lines;
  }
}
