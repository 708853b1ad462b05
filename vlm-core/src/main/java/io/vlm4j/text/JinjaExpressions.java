package io.vlm4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites what Jinja's expressions have and Jinjava's lack or read otherwise: reversed slices,
 * named arguments with operators in them, {@code not x in y}, and loops with a condition.
 */
final class JinjaExpressions {
  private static final Pattern NAMED = Pattern.compile("\\s*\\w+\\s*=(?!=)");
  private static final Pattern SIMPLE = Pattern.compile("\\s*[\\w.]*\\s*|\\s*'[^']*'\\s*");
  private static final Pattern NOT_IN =
      Pattern.compile("not\\s+('[^']*'|\\w[\\w.]*(?:\\[[^\\]]*\\])*)\\s+in\\b");
  private static final Pattern FOR = Pattern.compile("for\\s+(.+?)\\s+in\\s+(.+)", Pattern.DOTALL);

  /** An expression without output, so that the engine counts rounds of a loop without a body. */
  private static final String COUNTED = "{{ '' }}";

  private JinjaExpressions() {}

  /** An expression that Jinjava reads; string literals are in single quotes. */
  static String bridge(String expression) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '\'') {
        i = literalEnd(expression, i);
      } else if (c == '(') {
        int close = matching(expression, i);
        out.append(expression, start, i + 1);
        out.append(arguments(expression.substring(i + 1, close))).append(')');
        start = close + 1;
        i = close;
      } else if (c == 'n' && isWordStart(expression, i)) {
        Matcher notIn = NOT_IN.matcher(expression).region(i, expression.length());
        if (notIn.lookingAt()) { // Jinjava negates x
          out.append(expression, start, i).append(notIn.group(1)).append(" not in");
          start = notIn.end();
          i = start - 1;
        }
      } else if (expression.startsWith("[::-1]", i)) {
        out.append(expression, start, i);
        out.insert(operandStart(out), '(').append('|').append(JinjaFilters.REVERSED).append(')');
        start = i + "[::-1]".length();
        i = start - 1;
      }
    }
    return out.append(expression, Math.min(start, expression.length()), expression.length())
        .toString();
  }

  private static boolean isWordStart(String expression, int i) {
    return i == 0 || !Character.isJavaIdentifierPart(expression.charAt(i - 1));
  }

  /** Where the name, index, call or list at the end of an expression begins. */
  private static int operandStart(StringBuilder expression) {
    int depth = 0;
    int start = expression.length();
    while (start > 0) {
      char c = expression.charAt(start - 1);
      depth += ")]}".indexOf(c) >= 0 ? 1 : "([{".indexOf(c) >= 0 ? -1 : 0;
      boolean inside = depth > 0 || c == '[' || c == '(' || c == '{';
      if (depth < 0 || !(inside || Character.isLetterOrDigit(c) || c == '_' || c == '.')) {
        break;
      }
      start--;
    }
    return start;
  }

  /** Puts parentheses around the values of named arguments, which Jinjava would cut short. */
  private static String arguments(String inner) {
    List<String> bridged = new ArrayList<>();
    for (String argument : split(inner, ",")) {
      Matcher named = NAMED.matcher(argument);
      if (!named.lookingAt()) {
        bridged.add(bridge(argument));
        continue;
      }
      String value = argument.substring(named.end());
      boolean simple = SIMPLE.matcher(value).matches();
      bridged.add(named.group() + (simple ? value : "(" + bridge(value) + ")"));
    }
    return String.join(",", bridged);
  }

  /**
   * A {@code for} tag's body as tags. A loop with a condition becomes two: the first collects the
   * items that meet it, so that {@code loop.first} and its like count only those.
   *
   * @param number makes the helper variable's name unique
   */
  static String forTags(String body, int number) {
    Matcher loop = FOR.matcher(body);
    List<String> parts = loop.matches() ? split(loop.group(2), " if ") : List.of();
    if (parts.size() != 2) {
      return tag(bridge(body)) + COUNTED;
    }
    String variables = loop.group(1);
    String kept = "kept_" + number;
    String item = variables.contains(",") ? "[[" + variables + "]]" : "[" + variables + "]";
    return tag("set " + kept + " = namespace(items=[])")
        + tag("for " + variables + " in " + bridge(parts.get(0)))
        + COUNTED
        + tag("if " + bridge(parts.get(1)))
        + tag("set " + kept + ".items = " + kept + ".items + " + item)
        + tag("endif")
        + tag("endfor")
        + tag("for " + variables + " in " + kept + ".items")
        + COUNTED;
  }

  static String tag(String body) {
    return "{% " + body + " %}";
  }

  /** Parts between a separator that stands outside brackets and string literals. */
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        i = literalEnd(text, i);
      } else if ("([{".indexOf(c) >= 0) {
        i = matching(text, i);
      } else if (text.startsWith(separator, i)) {
        parts.add(text.substring(start, i));
        start = i + separator.length();
        i = start - 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** Where the bracket at a position closes; the last character if it does not. */
  private static int matching(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        i = literalEnd(text, i);
      } else if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0 && --depth == 0) {
        return i;
      }
    }
    throw new JinjaSource.TemplateSyntaxProblem("a bracket is not closed in " + text.strip());
  }

  private static int literalEnd(String text, int quote) {
    int end = text.indexOf('\'', quote + 1);
    return end < 0 ? text.length() - 1 : end;
  }
}
