package io.vlm4j.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The functions that transformers gives to chat templates. */
public final class ChatFunctions {
  /** Python's letters of strftime, as Java writes them. */
  private static final Map<Character, String> DATE_LETTERS =
      Map.of(
          'd', "dd", 'm', "MM", 'Y', "yyyy", 'y', "yy", 'b', "MMM", 'B', "MMMM", 'H', "HH", 'M',
          "mm", 'S', "ss", 'A', "EEEE");

  private ChatFunctions() {}

  static void register(Jinjava jinjava) {
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", ChatFunctions.class, "raiseException", String.class));
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "strftime_now", ChatFunctions.class, "strftimeNow", String.class));
  }

  /** Called by templates that do not take the messages. */
  public static String raiseException(String message) {
    throw new Refusal(message);
  }

  /** Called by templates for the date. */
  public static String strftimeNow(String format) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '%' && i + 1 < format.length() && DATE_LETTERS.containsKey(format.charAt(i + 1))) {
        pattern.append(DATE_LETTERS.get(format.charAt(++i)));
      } else {
        pattern.append(c == '\'' ? "''" : "'" + c + "'");
      }
    }
    return LocalDateTime.now(java.time.ZoneId.systemDefault())
        .format(DateTimeFormatter.ofPattern(pattern.toString(), Locale.ENGLISH));
  }

  /** A template's own refusal. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }
}
