package io.vlm4j.text;

import io.vlm4j.error.InvalidModelException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** The global functions that the hub gives to templates. Jinjava calls public methods only. */
public final class JinjaFunctions {
  /** Python's codes that templates use for dates, as patterns of {@link DateTimeFormatter}. */
  private static final Map<Character, String> CODES =
      Map.ofEntries(
          Map.entry('d', "dd"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('m', "MM"),
          Map.entry('Y', "yyyy"),
          Map.entry('y', "yy"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('p', "a"),
          Map.entry('j', "DDD"));

  private JinjaFunctions() {}

  /** Ends the rendering: the template does not accept the conversation. */
  public static Object raiseException(Object message) {
    throw new TemplateRefusal(String.valueOf(message));
  }

  /** The present local time, by a format of Python's {@code strftime}. */
  public static String strftimeNow(String format) {
    LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        text.append(c);
        continue;
      }
      char code = format.charAt(++i);
      text.append(code == '%' ? "%" : formatted(now, code, format));
    }
    return text.toString();
  }

  private static String formatted(LocalDateTime now, char code, String format) {
    String pattern = CODES.get(code);
    if (pattern == null) {
      throw new InvalidModelException("strftime_now(\"" + format + "\") has an unknown %" + code);
    }
    return now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
