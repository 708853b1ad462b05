package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * A sentence as METEOR sees it: words, their stems, and which of them are function words. Words
 * that are joined by dashes come apart, so does {@code 's}; dotted abbreviations lose their dots.
 */
final class MeteorWords {
  /** Words of more than one in a thousand of English text; they weigh less. */
  private static final Set<String> FUNCTION_WORDS =
      Set.of(
          ("the , . to of and a in that for \" is on 's it with was as said at he by be from have has"
                  + " are his but an this not i will ’ they ) -rrb- ( -lrb- who their had we which"
                  + " were been more or s its would about new one after you : also up when there"
                  + " than $ all out her people she year two - can if last first “ over other ”"
                  + " into some what so -- no time years could ? 't — '")
              .split(" "));

  /** Abbreviations that keep their dot at the end of a sentence, of those in small letters. */
  private static final Set<String> DOTTED = Set.of("v", "vs", "i.e", "rev", "e.g");

  private static final String LETTER = "A-Za-zÀ-ÖØ-öø-ž";
  private static final Pattern SYMBOL = Pattern.compile("([^0-9" + LETTER + "\\s.'`,\\-‘’])");
  private static final Pattern DOTS = Pattern.compile("\\.{2,}");
  private static final Pattern COMMA = Pattern.compile("(?<![0-9]),|,(?![0-9])");
  private static final Pattern QUOTE = Pattern.compile("[`‘’]");
  private static final Pattern DOUBLE_QUOTE = Pattern.compile("''");
  private static final Pattern JOINING_DASH =
      Pattern.compile("([0-9" + LETTER + ".])-([0-9" + LETTER + "])");
  private static final Pattern LOOSE_APOSTROPHE =
      Pattern.compile("(?<![" + LETTER + "0-9])'|'(?![" + LETTER + "])|(?<=[0-9])'(?!s)");
  private static final Pattern CLITIC =
      Pattern.compile("(?<=[" + LETTER + "0-9])'(?=[" + LETTER + "])");

  private final List<String> words;
  private final List<String> stems;

  private MeteorWords(List<String> words) {
    this.words = words;
    EnglishStemmer stemmer = new EnglishStemmer();
    this.stems = words.stream().map(word -> stem(stemmer, word)).toList();
  }

  /** What METEOR makes of words that were cut by another tokenizer. */
  static MeteorWords of(List<String> tokens) {
    String line = " " + String.join(" ", tokens) + " ";
    line = SYMBOL.matcher(line).replaceAll(" $1 ");
    line = DOTS.matcher(line).replaceAll(" $0 ");
    line = COMMA.matcher(line).replaceAll(" , ");
    line = QUOTE.matcher(line).replaceAll("'");
    line = DOUBLE_QUOTE.matcher(line).replaceAll(" \" ");
    line = line.replace("--", "-");
    line = JOINING_DASH.matcher(line).replaceAll("$1 $2");
    line = LOOSE_APOSTROPHE.matcher(line).replaceAll(" ' ");
    line = CLITIC.matcher(line).replaceAll(" '");
    return new MeteorWords(withoutDots(line.toLowerCase(Locale.ROOT).strip().split("\\s+")));
  }

  /** Dots at the end of words become words of their own, unless they belong to them. */
  private static List<String> withoutDots(String[] parts) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      String stump =
          part.length() > 1 && part.endsWith(".") ? part.substring(0, part.length() - 1) : "";
      boolean beforeWord = i + 1 < parts.length && Character.isLowerCase(parts[i + 1].charAt(0));
      if (stump.isEmpty() || stump.endsWith(".")) {
        words.add(part);
      } else if (stump.contains(".") && stump.chars().anyMatch(Character::isLetter)) {
        words.add(part.replace(".", ""));
      } else if (beforeWord || DOTTED.contains(stump)) {
        words.add(part);
      } else {
        words.add(stump);
        words.add(".");
      }
    }
    words.removeIf(String::isEmpty);
    return words;
  }

  private static String stem(EnglishStemmer stemmer, String word) {
    stemmer.setCurrent(word);
    stemmer.stem();
    return stemmer.getCurrent();
  }

  int size() {
    return words.size();
  }

  boolean isFunctionWord(int index) {
    return FUNCTION_WORDS.contains(words.get(index));
  }

  int functionWords() {
    return (int) words.stream().filter(FUNCTION_WORDS::contains).count();
  }

  boolean sameWord(int index, MeteorWords other, int otherIndex) {
    return words.get(index).equals(other.words.get(otherIndex));
  }

  boolean sameStem(int index, MeteorWords other, int otherIndex) {
    return stems.get(index).equals(other.stems.get(otherIndex));
  }

  boolean sameWords(MeteorWords other) {
    return words.equals(other.words);
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
