package io.vlm4j.text;

import io.vlm4j.error.UnsupportedModelException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Bridges what the template engine reads otherwise than Jinja does, in the source. */
final class JinjaSource {
  private static final int MAX_LENGTH = 1 << 20;
  private static final Pattern TAG = Pattern.compile("\\{%.*?%\\}|\\{\\{.*?\\}\\}", Pattern.DOTALL);

  private static final Pattern LITERAL =
      Pattern.compile("'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"", Pattern.DOTALL);
  private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");

  /** Training marks the assistant's text so. */
  private static final Pattern GENERATION =
      Pattern.compile("(\\{%[-+]?\\s*)generation(\\s*[-+]?%\\})");

  private static final Pattern END_GENERATION =
      Pattern.compile("(\\{%[-+]?\\s*)endgeneration(\\s*[-+]?%\\})");

  /** The engine would read (not 'a') in b. */
  private static final Pattern NOT_IN = Pattern.compile("\\bnot\\s+('[^']*'|\"[^\"]*\")\\s+in\\b");

  /** The engine would leave such a loop out without a word. */
  private static final Pattern FILTERED_LOOP =
      Pattern.compile(
          "\\{%[-+]?\\s*for\\s[^'\"]*?\\sin\\s(?!.*\\selse\\s).*?\\sif\\s.*", Pattern.DOTALL);

  private JinjaSource() {}

  /**
   * @param origin what errors call the template
   * @throws UnsupportedModelException for constructs that cannot be bridged
   */
  static String prepare(String source, String origin) {
    if (source.length() > MAX_LENGTH) {
      throw new UnsupportedModelException(
          origin + " has " + source.length() + " characters; at most " + MAX_LENGTH + " are read");
    }
    String bridged = TAG.matcher(source).replaceAll(tag -> bridge(tag.group(), origin));
    // Jinja drops one line end at the end of a template.
    return bridged.endsWith("\n") ? bridged.substring(0, bridged.length() - 1) : bridged;
  }

  /** Names after a pipe in a tag, outside of strings. */
  static Set<String> filters(String source) {
    return TAG.matcher(source)
        .results()
        .map(tag -> LITERAL.matcher(tag.group()).replaceAll("''"))
        .flatMap(tag -> FILTER.matcher(tag).results())
        .map(filter -> filter.group(1))
        .collect(Collectors.toSet());
  }

  private static String bridge(String tag, String origin) {
    if (FILTERED_LOOP.matcher(tag).matches()) {
      throw new UnsupportedModelException(
          origin + " has a loop with a condition; write the condition inside the loop");
    }
    String bridged = GENERATION.matcher(tag).replaceAll("$1if true$2");
    bridged = END_GENERATION.matcher(bridged).replaceAll("$1endif$2");
    bridged = NOT_IN.matcher(bridged).replaceAll("$1 not in");
    return Matcher.quoteReplacement(bridged);
  }
}
