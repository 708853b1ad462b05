package io.vlm4j.weights;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * From a checkpoint's tensor names to ours, written as a readable block of text:
 *
 * <pre>
 * vision_model.*                     -> *
 * embeddings.class_embedding         -> embeddings.class_token
 * encoder.layers.{i}.mlp.fc1.*       -> layers.{i}.mlp.up.*
 * *.rotary_emb.inv_freq              -> ignore
 * </pre>
 *
 * <p>A line serves names of its form: {@code {i}} stands for a number, {@code *} (once) for any
 * text, and both stay what they are on the other side. The first line that fits counts. A line
 * whose right side is {@code *} alone takes a prefix off; the name then goes on to the lines after
 * it; {@code * -> *} keeps all names that come so far. {@code ignore} marks tensors that a
 * checkpoint may hold without being read. A name that no line serves is surplus. Layouts of several
 * ages are served by lines with the same right side.
 */
public final class NameMap {
  private static final String IGNORE = "ignore";
  private static final Pattern LINE = Pattern.compile("(\\S+)\\s+->\\s+(\\S+)");

  private final List<Rule> rules;

  private NameMap(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Reads a block of lines; blank lines are passed over. */
  public static NameMap parse(String text) {
    return new NameMap(
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).map(Rule::parse).toList());
  }

  /**
   * Our name of a checkpoint's tensor.
   *
   * @return empty if no line serves the name
   */
  public Optional<Target> map(String name) {
    String current = name;
    for (Rule rule : rules) {
      Optional<String> renamed = rule.from.rename(current, rule.to);
      if (renamed.isEmpty()) {
        continue;
      }
      if (rule.ignores()) {
        return Optional.of(new Target("", true));
      }
      current = renamed.get();
      if (!rule.stripsPrefix()) {
        return Optional.of(new Target(current, false));
      }
    }
    return Optional.empty();
  }

  /**
   * Our name of a checkpoint's tensor that is read.
   *
   * @return empty if no line serves the name, or it is ignored
   */
  public Optional<String> nameOf(String name) {
    return map(name).filter(target -> !target.ignored()).map(Target::name);
  }

  /** The checkpoint names that {@link #map} would take to one of ours; at most one prefix deep. */
  public List<String> sources(String ourName) {
    Set<String> sources = new LinkedHashSet<>();
    List<Rule> prefixes = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.stripsPrefix()) {
        prefixes.add(rule);
      } else if (!rule.ignores()) {
        rule.to
            .rename(ourName, rule.from)
            .ifPresent(
                name -> {
                  prefixes.forEach(p -> p.to.rename(name, p.from).ifPresent(sources::add));
                  sources.add(name);
                });
      }
    }
    Optional<Target> target = Optional.of(new Target(ourName, false));
    return sources.stream().filter(name -> map(name).equals(target)).toList();
  }

  /**
   * Where a checkpoint's tensor goes.
   *
   * @param name our name; empty if it is ignored
   * @param ignored the tensor need not be read
   */
  public record Target(String name, boolean ignored) {}

  private record Rule(Form from, Form to) {
    static Rule parse(String line) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not a line of a name map: " + line);
      }
      Rule rule = new Rule(Form.parse(matcher.group(1)), Form.parse(matcher.group(2)));
      if (!rule.ignores() && !rule.from.symbols.equals(rule.to.symbols)) {
        throw new IllegalArgumentException("both sides must have the same symbols: " + line);
      }
      return rule;
    }

    boolean ignores() {
      return to.text.equals(IGNORE);
    }

    boolean stripsPrefix() {
      return to.text.equals("*") && !from.text.equals("*");
    }
  }

  /** One side of a line: recognises names of its form, and fills in those of the other side. */
  private record Form(String text, Pattern pattern, String replacement, Set<String> symbols) {
    private static final Pattern SYMBOL = Pattern.compile("\\{([a-z]+)}|\\*");

    static Form parse(String text) {
      StringBuilder pattern = new StringBuilder();
      StringBuilder replacement = new StringBuilder();
      Matcher symbol = SYMBOL.matcher(text);
      int end = 0;
      while (symbol.find()) {
        String group = symbol.group(1) == null ? "any" : symbol.group(1);
        pattern.append(Pattern.quote(text.substring(end, symbol.start())));
        pattern.append("(?<").append(group).append(symbol.group(1) == null ? ">.*)" : ">\\d+)");
        replacement.append(Matcher.quoteReplacement(text.substring(end, symbol.start())));
        replacement.append("${").append(group).append("}");
        end = symbol.end();
      }
      pattern.append(Pattern.quote(text.substring(end)));
      replacement.append(Matcher.quoteReplacement(text.substring(end)));
      Set<String> symbols =
          SYMBOL.matcher(text).results().map(s -> s.group()).collect(Collectors.toSet());
      return new Form(text, Pattern.compile(pattern.toString()), replacement.toString(), symbols);
    }

    Optional<String> rename(String name, Form other) {
      Matcher matcher = pattern.matcher(name);
      return matcher.matches()
          ? Optional.of(matcher.replaceFirst(other.replacement))
          : Optional.empty();
    }
  }
}
