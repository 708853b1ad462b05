package io.vlm4j.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From a checkpoint's tensor names to ours, written as a readable block of text:
 *
 * <pre>
 * vision_model.*                     -> *
 * embeddings.class_embedding         -> embeddings.class_token
 * encoder.layers.{i}.mlp.fc1.*       -> layers.{i}.mlp.up.*
 * embeddings.position_ids            -> ignore
 * </pre>
 *
 * <p>A line serves names of its form: {@code {i}} stands for a number, {@code *} at the end for any
 * rest. The first line that fits counts. A line whose right side is {@code *} alone takes a prefix
 * off; the name then goes on to the lines after it; {@code * -> *} keeps all names that come so
 * far. {@code ignore} marks tensors that a checkpoint may hold without being read. A name that no
 * line serves is surplus.
 */
public final class NameMap {
  private static final String IGNORE = "ignore";
  private static final Pattern LINE = Pattern.compile("(\\S+)\\s+->\\s+(\\S+)");
  private static final Pattern SYMBOL = Pattern.compile("\\{([a-z]+)}|\\*");

  private final List<Rule> rules;

  private NameMap(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Reads a block of lines; blank lines are passed over. */
  public static NameMap parse(String text) {
    List<Rule> rules = new ArrayList<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> rules.add(Rule.parse(line)));
    return new NameMap(rules);
  }

  /**
   * Our name of a checkpoint's tensor.
   *
   * @return empty if no line serves the name
   */
  public Optional<Target> map(String name) {
    String current = name;
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern.matcher(current);
      if (!matcher.matches()) {
        continue;
      }
      if (rule.replacement == null) {
        return Optional.of(new Target("", true));
      }
      current = matcher.replaceFirst(rule.replacement);
      if (!rule.stripsPrefix) {
        return Optional.of(new Target(current, false));
      }
    }
    return Optional.empty();
  }

  /**
   * Where a checkpoint's tensor goes.
   *
   * @param name our name; empty if it is ignored
   * @param ignored the tensor need not be read
   */
  public record Target(String name, boolean ignored) {}

  private record Rule(Pattern pattern, String replacement, boolean stripsPrefix) {
    static Rule parse(String line) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not a line of a name map: " + line);
      }
      String from = matcher.group(1);
      String to = matcher.group(2);
      return new Rule(
          Pattern.compile(
              symbols(Pattern.quote(from), "\\\\E(?<$1>\\\\d+)\\\\Q", "\\\\E(?<rest>.*)\\\\Q")),
          to.equals(IGNORE) ? null : symbols(to, "\\${$1}", "\\${rest}"),
          to.equals("*") && !from.equals("*"));
    }

    private static String symbols(String text, String number, String rest) {
      return SYMBOL
          .matcher(text)
          .replaceAll(
              found -> found.group(1) == null ? rest : number.replace("$1", found.group(1)));
    }
  }
}
