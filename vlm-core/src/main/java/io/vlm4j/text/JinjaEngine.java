package io.vlm4j.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Jinjava set up to behave as the Jinja environment in which the hub's templates run: {@code
 * trim_blocks} and {@code lstrip_blocks}, Python's methods on strings, lists and maps, and what the
 * hub adds ({@code raise_exception}, {@code strftime_now}, the {@code generation} block).
 *
 * <p>Templates are data of a model and not trusted: they reach no Java method, and output, loops
 * and the number of steps are limited.
 */
final class JinjaEngine {
  private static final int MAX_OUTPUT = 4 << 20;
  private static final int MAX_LIST = 10_000;
  private static final int MAX_RANGE = 1_000;
  private static final int MAX_STEPS = 100_000;

  /** Steps left to the rendering on this thread. */
  private static final ThreadLocal<int[]> STEPS = ThreadLocal.withInitial(() -> new int[1]);

  private static final Jinjava JINJAVA = create();

  private JinjaEngine() {}

  /**
   * @param origin what errors call the template
   */
  static JinjaSource prepare(String source, String origin) {
    try {
      JinjaSource prepared = JinjaSource.of(source);
      for (String filter : prepared.filters()) {
        requireFilter(filter, origin);
      }
      return prepared;
    } catch (JinjaSource.TemplateSyntaxProblem e) {
      throw new InvalidModelException(origin + " is not a Jinja template: " + e.getMessage(), e);
    }
  }

  /** Jinjava would read an unknown filter as nothing. */
  private static void requireFilter(String name, String origin) {
    if (JINJAVA.getGlobalContext().getFilter(name) == null) {
      throw new UnsupportedModelException(
          origin + " uses the filter " + name + ", which is not known; edit the template");
    }
  }

  /**
   * @param origin what errors call the template
   */
  static String render(JinjaSource source, Map<String, Object> variables, String origin) {
    Map<String, Object> all = new HashMap<>(variables);
    all.putAll(source.literals());
    all.put("strftime_now", true); // templates ask whether it is defined
    STEPS.get()[0] = MAX_STEPS;
    RenderResult result;
    try {
      result = JINJAVA.renderForResult(source.text(), all);
    } catch (RuntimeException | StackOverflowError e) {
      throw new InvalidModelException(origin + " fails: " + reason(e), e);
    }
    if (!result.getErrors().isEmpty()) {
      throw failure(result.getErrors().get(0), origin);
    }
    return result.getOutput();
  }

  private static VlmException failure(TemplateError error, String origin) {
    for (Throwable t = error.getException(); t != null; t = t.getCause()) {
      if (t instanceof TemplateRefusal refusal) {
        return new InvalidPromptException(
            "the chat template refuses the prompt: " + Texts.firstLine(refusal.getMessage()), t);
      }
    }
    return new InvalidModelException(
        origin + " fails in line " + error.getLineno() + ": " + Texts.firstLine(error.getMessage()),
        error.getException());
  }

  private static String reason(Throwable e) {
    return e instanceof StackOverflowError ? "nested too deeply" : Texts.firstLine(e.getMessage());
  }

  private static Jinjava create() {
    JinjavaConfig config =
        JinjavaConfig.newBuilder()
            .withNestedInterpretationEnabled(false) // a user's {{ }} is text
            .withLegacyOverrides(
                LegacyOverrides.Builder.from(LegacyOverrides.ALL)
                    .withWhitespaceRequiredWithinTokens(false)
                    .withUsePyishObjectMapper(false)
                    .build())
            .withElResolver(new PythonResolver())
            .withDisabled(
                Map.of(Context.Library.TAG, Set.of("include", "import", "from", "extends")))
            .withMaxOutputSize(MAX_OUTPUT)
            .withMaxStringLength(MAX_OUTPUT)
            .withMaxListSize(MAX_LIST)
            .withMaxMapSize(MAX_LIST)
            .withRangeLimit(MAX_RANGE)
            .withMaxRenderDepth(20)
            .withEnableRecursiveMacroCalls(true)
            .withMaxMacroRecursionDepth(20)
            .withProcessors(
                JinjavaProcessors.newBuilder()
                    .withNodePreProcessor((node, interpreter) -> countStep())
                    .build())
            .build();
    Jinjava jinjava = new Jinjava(config);
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", JinjaFunctions.class, "raiseException", Object.class));
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "strftime_now", JinjaFunctions.class, "strftimeNow", String.class));
    JinjaFilters.all().forEach(jinjava::registerFilter);
    jinjava.registerTag(new GenerationTag());
    return jinjava;
  }

  private static void countStep() {
    if (--STEPS.get()[0] < 0) {
      throw new IllegalStateException("the template takes more than " + MAX_STEPS + " steps");
    }
  }
}
