package io.vlm4j.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A template rewritten so that Jinjava reads it as Python's Jinja would with {@code trim_blocks}
 * and {@code lstrip_blocks}: white space around tags is resolved here (Jinjava also strips it
 * inside a line), comments are gone, and string literals that Jinjava would escape differently have
 * become variables.
 *
 * @param text the rewritten template, without any white space control
 * @param literals values of the variables that stand for string literals
 * @param filters names of the filters that it uses
 */
record JinjaSource(String text, Map<String, Object> literals, Set<String> filters) {
  private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
  private static final String RAW = "raw";
  private static final String RAW_END = "endraw";

  static JinjaSource of(String template) {
    String unixLines = template.replace("\r\n", "\n").replace('\r', '\n');
    String ended =
        unixLines.endsWith("\n") ? unixLines.substring(0, unixLines.length() - 1) : unixLines;
    return new Rewriter(ended).rewrite();
  }

  private static final class Rewriter {
    private final String in;
    private final StringBuilder out = new StringBuilder();
    private final Map<String, Object> literals = new HashMap<>();
    private final Set<String> filters = new HashSet<>();
    private int position;
    private boolean atLineStart = true;
    private boolean stripNext;

    Rewriter(String in) {
      this.in = in;
    }

    JinjaSource rewrite() {
      while (position < in.length()) {
        int open = nextTag(position);
        text(in.substring(position, open), open);
        position = open;
        if (open < in.length()) {
          tag();
        }
      }
      return new JinjaSource(out.toString(), Map.copyOf(literals), Set.copyOf(filters));
    }

    /** Where the next <code>{{</code>, <code>{%</code> or <code>{#</code> begins, or the end. */
    private int nextTag(int from) {
      for (int i = from; i + 1 < in.length(); i++) {
        if (in.charAt(i) == '{' && "{%#".indexOf(in.charAt(i + 1)) >= 0) {
          return i;
        }
      }
      return in.length();
    }

    private void text(String text, int tag) {
      String kept = stripNext ? text.stripLeading() : text;
      if (tag < in.length()) {
        char mark = tag + 2 < in.length() ? in.charAt(tag + 2) : ' ';
        boolean expression = in.charAt(tag + 1) == '{';
        if (mark == '-') {
          kept = kept.stripTrailing();
        } else if (mark != '+' && !expression) {
          kept = withoutIndent(kept);
        }
      }
      out.append(kept);
    }

    /** Drops the spaces before a tag that stands first on its line. */
    private String withoutIndent(String text) {
      int line = text.lastIndexOf('\n') + 1;
      boolean first = line > 0 || atLineStart;
      return first && text.substring(line).isBlank() ? text.substring(0, line) : text;
    }

    private void tag() {
      char kind = in.charAt(position + 1);
      char closer = kind == '{' ? '}' : kind;
      int end = kind == '#' ? in.indexOf("#}", position + 2) : closing(position + 2, closer);
      if (end < 0) {
        throw new TemplateSyntaxProblem("a tag that begins with {" + kind + " has no end");
      }
      String body = in.substring(position + 2, end);
      String plain = withoutMarks(body).strip();
      position = end + 2;
      if (kind == '%' && plain.equals(RAW)) {
        raw();
        return;
      }
      if (kind != '#' && !plain.equals(RAW_END)) {
        emit(kind, withoutOddLiterals(plain), closer);
      }
      afterTag(kind, body.isEmpty() ? ' ' : body.charAt(body.length() - 1));
    }

    /** Blocks and comments swallow the line end after them. */
    private void afterTag(char kind, char mark) {
      stripNext = mark == '-';
      atLineStart = false;
      if (kind != '{' && mark != '-' && mark != '+' && in.startsWith("\n", position)) {
        position++;
        atLineStart = true;
      }
    }

    private void emit(char kind, String body, char closer) {
      FILTER
          .matcher(body.replaceAll("'[^']*'", "''"))
          .results()
          .forEach(filter -> filters.add(filter.group(1)));
      if (kind == '%' && body.startsWith("for ")) {
        out.append(JinjaExpressions.forTags(body, position));
        return;
      }
      // Two braces that close maps would end the tag for Jinjava.
      String bridged = JinjaExpressions.bridge(body).replace("}}", "} }").replace("}}", "} }");
      out.append('{').append(kind).append(' ').append(bridged);
      out.append(' ').append(closer).append('}');
    }

    /** Copies what stands before the end of a raw block as one variable. */
    private void raw() {
      int start = position;
      int end = in.indexOf("{%", start);
      while (end >= 0 && !isRawEnd(end)) {
        end = in.indexOf("{%", end + 1);
      }
      if (end < 0) {
        throw new TemplateSyntaxProblem("a raw block has no end");
      }
      out.append("{{ ").append(variable(in.substring(start, end))).append(" }}");
      position = end;
      stripNext = false;
      atLineStart = false;
    }

    private boolean isRawEnd(int at) {
      int close = in.indexOf("%}", at);
      return close > at && withoutMarks(in.substring(at + 2, close)).strip().equals(RAW_END);
    }

    private static String withoutMarks(String body) {
      int start = !body.isEmpty() && "-+".indexOf(body.charAt(0)) >= 0 ? 1 : 0;
      int end = body.length();
      if (end > start && "-+".indexOf(body.charAt(end - 1)) >= 0) {
        end--;
      }
      return body.substring(start, end);
    }

    /** Where a tag closes, string literals and nested braces apart. */
    private int closing(int from, char closer) {
      int depth = 0;
      for (int i = from; i + 1 < in.length(); i++) {
        char c = in.charAt(i);
        if (c == '\'' || c == '"') {
          i = literalEnd(in, i);
        } else if (c == closer && in.charAt(i + 1) == '}' && depth == 0) {
          return i;
        } else if (c == '{') {
          depth++;
        } else if (c == '}') {
          depth--;
        }
      }
      return -1;
    }

    private String withoutOddLiterals(String body) {
      StringBuilder rewritten = new StringBuilder();
      for (int i = 0; i < body.length(); i++) {
        char c = body.charAt(i);
        if (c != '\'' && c != '"') {
          rewritten.append(c);
          continue;
        }
        int end = literalEnd(body, i);
        String value = PythonLiteral.decode(body.substring(i + 1, end));
        rewritten.append(isPlain(value) ? "'" + value + "'" : variable(value));
        i = end;
      }
      return rewritten.toString();
    }

    /** The quote that ends the literal that begins at a position. */
    private static int literalEnd(String text, int start) {
      char quote = text.charAt(start);
      for (int i = start + 1; i < text.length(); i++) {
        if (text.charAt(i) == '\\') {
          i++;
        } else if (text.charAt(i) == quote) {
          return i;
        }
      }
      throw new TemplateSyntaxProblem("a string literal has no end");
    }

    private static boolean isPlain(String value) {
      return value.chars().allMatch(c -> c >= ' ' && "'\"\\{}%#".indexOf(c) < 0);
    }

    private String variable(String value) {
      String name = "literal_text_" + literals.size();
      literals.put(name, value);
      return name;
    }
  }

  /** A template that is not well-formed; the engine makes a typed error of it. */
  static final class TemplateSyntaxProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TemplateSyntaxProblem(String message) {
      super(message);
    }
  }
}
