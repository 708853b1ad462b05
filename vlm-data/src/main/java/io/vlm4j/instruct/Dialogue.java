package io.vlm4j.instruct;

import io.vlm4j.error.InvalidDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Questions about an image and their answers, in turn.
 *
 * @param exchanges at least one
 */
public record Dialogue(List<Exchange> exchanges) {
  private static final Pattern TURN =
      Pattern.compile(
          "^\\s*(Question|Answer)\\s*:[ \\t]*", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /**
   * A question and its answer.
   *
   * @param question not blank, without {@code <image>}
   * @param answer not blank, without {@code <image>}
   */
  public record Exchange(String question, String answer) {
    /** Checks the texts. */
    public Exchange {
      requireText(question, "a question");
      requireText(answer, "an answer");
    }

    private static void requireText(String text, String what) {
      if (text.isBlank()) {
        throw new InvalidDataException(what + " is empty");
      }
      if (text.contains(LlavaExample.IMAGE)) {
        throw new InvalidDataException(what + " says " + LlavaExample.IMAGE + " itself");
      }
    }
  }

  /** Copies the list. */
  public Dialogue {
    if (exchanges.isEmpty()) {
      throw new InvalidDataException("there is no question");
    }
    exchanges = List.copyOf(exchanges);
  }

  /**
   * Reads a reply in which lines begin with {@code Question:} and {@code Answer:} in turn; what
   * stands before the first is left out.
   *
   * @throws InvalidDataException if it is not such
   */
  public static Dialogue parse(String reply) {
    List<String> roles = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    Matcher matcher = TURN.matcher(reply);
    int from = -1;
    while (matcher.find()) {
      if (from >= 0) {
        texts.add(reply.substring(from, matcher.start()).strip());
      }
      roles.add(matcher.group(1).toLowerCase(Locale.ROOT));
      from = matcher.end();
    }
    if (from < 0) {
      throw new InvalidDataException("the reply has no line that begins with Question:");
    }
    texts.add(reply.substring(from).strip());
    return new Dialogue(exchanges(roles, texts));
  }

  private static List<Exchange> exchanges(List<String> roles, List<String> texts) {
    if (roles.size() % 2 != 0) {
      throw new InvalidDataException("the last question of the reply has no answer");
    }
    List<Exchange> exchanges = new ArrayList<>();
    for (int i = 0; i < roles.size(); i += 2) {
      if (!roles.get(i).equals("question") || !roles.get(i + 1).equals("answer")) {
        throw new InvalidDataException("questions and answers of the reply do not alternate");
      }
      exchanges.add(new Exchange(texts.get(i), texts.get(i + 1)));
    }
    return exchanges;
  }
}
