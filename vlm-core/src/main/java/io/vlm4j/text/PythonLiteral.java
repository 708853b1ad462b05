package io.vlm4j.text;

/** The escapes of Python's string literals. */
final class PythonLiteral {
  private PythonLiteral() {}

  /** The text of a literal, given without its quotes. */
  static String decode(String literal) {
    if (literal.indexOf('\\') < 0) {
      return literal;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < literal.length(); i++) {
      char c = literal.charAt(i);
      if (c != '\\' || i + 1 == literal.length()) {
        text.append(c);
        continue;
      }
      char code = literal.charAt(++i);
      switch (code) {
        case 'n' -> text.append('\n');
        case 't' -> text.append('\t');
        case 'r' -> text.append('\r');
        case '\\', '\'', '"' -> text.append(code);
        case '\n' -> {} // a line that goes on
        case 'x' -> i = hexadecimal(literal, i, 2, text);
        case 'u' -> i = hexadecimal(literal, i, 4, text);
        default -> text.append('\\').append(code);
      }
    }
    return text.toString();
  }

  /** Appends the character of some hexadecimal digits; returns where they end. */
  private static int hexadecimal(String literal, int code, int digits, StringBuilder text) {
    int end = code + 1 + digits;
    try {
      String number = literal.substring(code + 1, Math.min(end, literal.length()));
      text.append((char) Integer.parseUnsignedInt(number, 16));
      return Math.min(end, literal.length()) - 1;
    } catch (NumberFormatException e) {
      text.append('\\').append(literal.charAt(code));
      return code;
    }
  }
}
