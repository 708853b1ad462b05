package io.vlm4j.eval.caption;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts English into words as the Penn Treebank does, in small letters and without punctuation:
 * {@code The man's "dog" can't sit.} is {@code the man 's dog ca n't sit}. The tokenizer of the
 * COCO caption tools is Stanford's; this one gives its words of captions, and differs in rarer
 * writing.
 */
public final class PtbTokenizer {
  private static final Set<String> PUNCTUATION =
      Set.of("'", "`", "\"", ".", "?", "!", ",", ":", "-", ";");

  /** Signs that have names or plainer forms; brackets are no punctuation to the reference. */
  private static final Map<String, String> FORMS =
      Map.of(
          "(", "-lrb-", ")", "-rrb-", "[", "-lsb-", "]", "-rsb-", "{", "-lcb-", "}", "-rcb-", "£",
          "#", "€", "$");

  private static final Pattern FRACTION = Pattern.compile("[¼½¾⅓⅔]");
  private static final Map<String, String> FRACTIONS =
      Map.of("¼", "1/4", "½", "1/2", "¾", "3/4", "⅓", "1/3", "⅔", "2/3");

  private static final String WORD_END = "(?![\\p{L}\\p{M}0-9])";

  /** Abbreviations whose dot is theirs. */
  private static final String ABBREVIATIONS =
      "mr|mrs|ms|messrs|dr|drs|st|jr|sr|prof|gen|sen|rep|rev|col|capt|cpl|lt|sgt|maj|gov|pres|hon|mt|ft|ave"
          + "|blvd|rd|inc|co|cos|corp|ltd|bros|assn|dept|univ|etc|vs|al|fig|pp|jan|feb|mar|apr|jun|jul|aug|sep|sept"
          + "|oct|nov|dec|mon|tue|tues|wed|thu|thurs|fri|ph\\.d";

  /** What a word may be; the first that fits counts. */
  private static final Pattern TOKEN =
      Pattern.compile(
          String.join(
              "|",
              "(?:https?://|www\\.)[^\\s\"<>()]*[^\\s\"<>().,!?;:']", // addresses
              "[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+",
              "\\bcan(?=not\\b)|(?<=\\bcan)not\\b", // words that were two
              "\\b(?:gon|wan)(?=na\\b)|(?<=\\b(?:gon|wan))na\\b|\\bgot(?=ta\\b)|(?<=\\bgot)ta\\b",
              "\\b(?:lem|gim)(?=me\\b)|(?<=\\b(?:lem|gim))me\\b|'t(?=(?:is|was)\\b)|\\by'(?=all\\b)",
              "'(?:s|m|d|re|ve|ll)" + WORD_END, // and those that are written as one
              "n't" + WORD_END,
              "'n'|(?:o'clock|ma'am|c'mon|ol'|'em)" + WORD_END,
              "(?<![0-9])'[0-9]{2}s?" + WORD_END, // years and decades
              "[a-z]'(?=[\\p{L}]{2})(?!(?:re|ve|ll)" + WORD_END + ")[\\p{L}\\p{M}]+", // o'reilly
              "(?:us|a|c)?\\$",
              "[+-]?\\.?[0-9]+(?:[.,:/][0-9]+)+(?:-[\\p{L}0-9]+)*", // numbers
              "[+-]?\\.?[0-9]+(?:-?[\\p{L}0-9]+)*", // 3-year-old
              "(?:[a-z]\\.){2,}(?:[a-z]\\b)?|(?:"
                  + ABBREVIATIONS
                  + ")\\.|no\\.(?=\\s*[0-9])|[a-z]\\.(?!\\.)",
              "\\b[a-z]&[a-z]\\b",
              "[\\p{L}\\p{M}]+(?=n't" + WORD_END + ")", // do n't
              "[#@]?[\\p{L}\\p{M}_][\\p{L}\\p{M}0-9_]*(?:[-/.]+[\\p{L}0-9]+)*",
              "-[lr][rcs]b-|[?!]{2,}|\\S"));

  private PtbTokenizer() {}

  /** The words of a sentence. */
  public static List<String> words(String sentence) {
    List<String> words = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(plain(sentence));
    while (matcher.find()) {
      if (!PUNCTUATION.contains(matcher.group())) {
        words.add(FORMS.getOrDefault(matcher.group(), matcher.group()));
      }
    }
    return words;
  }

  /** Small letters, straight quotes, plain dashes and dots; fractions in figures. */
  private static String plain(String sentence) {
    String plain =
        sentence
            .toLowerCase(Locale.ROOT)
            .replaceAll("[‘’]", "'")
            .replaceAll("[“”]", "\"")
            .replaceAll("[–—]", " - ")
            .replace("…", " ");
    return FRACTION.matcher(plain).replaceAll(found -> " " + FRACTIONS.get(found.group()) + " ");
  }
}
