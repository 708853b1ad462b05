package io.vlm4j.eval.vqa;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rule of VQA: an answer is right that three of ten people gave. For each person the others are
 * counted, a third for each who said the same, at most 1; the mean counts. Where people differ, all
 * answers are put into one form first: without articles and punctuation, numbers in figures,
 * contractions with their apostrophe.
 *
 * @param answers what people said, usually ten
 * @see <a href="https://github.com/GT-Vision-Lab/VQA">the official evaluation</a>
 */
public record VqaConsensus(List<String> answers) implements Grader {
  private static final Set<String> ARTICLES = Set.of("a", "an", "the");
  private static final List<String> NUMBERS =
      List.of(
          "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten");
  private static final List<String> PUNCTUATION =
      ";/[]\"{}()=+\\_-><@`,?!".chars().mapToObj(Character::toString).toList();
  private static final Pattern DIGITS_AND_COMMA = Pattern.compile("\\d,\\d");
  private static final Pattern PERIOD = Pattern.compile("\\.(?!\\d)");

  /** The official evaluation passes a flag as the number of periods to take away. */
  private static final int MOST_PERIODS = 32;

  /** Copies the list. */
  public VqaConsensus {
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("nobody answered");
    }
    answers = answers.stream().map(VqaConsensus::oneLine).toList();
  }

  @Override
  public double grade(String answer) {
    String given = oneLine(answer);
    List<String> theirs = answers;
    if (new HashSet<>(answers).size() > 1) {
      given = normalize(given);
      theirs = answers.stream().map(VqaConsensus::normalize).toList();
    }
    String form = given;
    int same = (int) theirs.stream().filter(form::equals).count();
    double ofThoseWhoSaidIt = Math.min(1, (same - 1) / 3.0); // themselves left out
    double ofTheOthers = Math.min(1, same / 3.0);
    return (same * ofThoseWhoSaidIt + (theirs.size() - same) * ofTheOthers) / theirs.size();
  }

  @Override
  public String understood(String answer) {
    return normalize(oneLine(answer));
  }

  /** The form in which answers are compared. */
  static String normalize(String answer) {
    StringBuilder text = new StringBuilder();
    for (String word : withoutPunctuation(answer).toLowerCase(Locale.ROOT).split("\\s+", -1)) {
      String number = word.equals("none") ? "0" : word;
      int index = NUMBERS.indexOf(word);
      if (index >= 0) {
        number = String.valueOf(index);
      }
      if (!number.isEmpty() && !ARTICLES.contains(number)) {
        text.append(' ').append(Contractions.withApostrophe(number));
      }
    }
    return text.toString().strip();
  }

  /**
   * A sign beside a space goes away, one inside a word becomes a space; where a comma stands in a
   * number, all go away.
   */
  private static String withoutPunctuation(String answer) {
    boolean number = DIGITS_AND_COMMA.matcher(answer).find();
    String text = answer;
    for (String sign : PUNCTUATION) {
      boolean loose = answer.contains(sign + " ") || answer.contains(" " + sign);
      text = text.replace(sign, loose || number ? "" : " ");
    }
    for (int i = 0; i < MOST_PERIODS; i++) {
      text = PERIOD.matcher(text).replaceFirst("");
    }
    return text;
  }

  private static String oneLine(String answer) {
    return answer.replace('\n', ' ').replace('\t', ' ').strip();
  }
}
