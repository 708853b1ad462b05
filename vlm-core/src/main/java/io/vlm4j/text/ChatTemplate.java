package io.vlm4j.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checkpoint's own way of writing a chat as one text: a Jinja template.
 *
 * @see <a href="https://huggingface.co/docs/transformers/chat_templating">chat templates</a>
 */
public final class ChatTemplate {
  private static final int MAX_OUTPUT = 8 << 20;
  private static final int MAX_ITEMS = 1 << 16;
  private static final int MAX_STEPS = 250_000;
  private static final String STEPS = "vlm4j steps left";
  private static final LegacyOverrides LEGACY =
      LegacyOverrides.newBuilder()
          .withIterateOverMapKeys(true)
          .withEvaluateMapKeys(true)
          .withUsePyishObjectMapper(true)
          .withUseNaturalOperatorPrecedence(true)
          .withParseWhitespaceControlStrictly(true)
          .withAllowAdjacentTextNodes(true)
          .withUseTrimmingForNotesAndExpressions(true)
          .withKeepNullableLoopValues(true)
          .build();

  private final Jinjava jinjava;
  private final String source;
  private final String origin;
  private final Map<String, String> specialTokens;
  private final boolean contentAsList;

  /** A loop over the content, a look at its first item, or a filter of its items. */
  private static final Pattern LISTED_CONTENT =
      Pattern.compile(
          "\\bin\\s+[^%}]*?content\\b['\"]?\\]?\\s*(-?%\\}|\\|)"
              + "|content\\b['\"]?\\]?\\s*(\\[0\\]\\s*[\\[.]|\\|\\s*selectattr)");

  private ChatTemplate(String source, String origin, Map<String, String> specialTokens) {
    this.source = JinjaSource.prepare(source, origin);
    this.origin = origin;
    this.specialTokens = Map.copyOf(specialTokens);
    // Templates for text alone join the content to strings; those for media look at its items.
    this.contentAsList = LISTED_CONTENT.matcher(source).find();
    this.jinjava = new Jinjava(config());
    jinjava.registerFilter(new PythonJson());
    jinjava.setResourceLocator(ChatTemplate::refuseInclude);
    ChatFunctions.register(jinjava);
    JinjaSource.filters(source).forEach(this::requireFilter);
  }

  /**
   * A template from its source.
   *
   * @param origin what errors call it
   * @param specialTokens {@code bos_token} and the like, as the template may use them
   */
  public static ChatTemplate of(String source, String origin, Map<String, String> specialTokens) {
    return new ChatTemplate(source, origin, specialTokens);
  }

  /**
   * The template of a folder: {@code chat_template.jinja}, else the key {@code chat_template} of
   * {@code chat_template.json}, {@code processor_config.json} or {@code tokenizer_config.json}.
   */
  public static Optional<ChatTemplate> load(Path folder) {
    TokenizerConfig config = TokenizerConfig.read(folder);
    Map<String, String> specialTokens = new HashMap<>();
    for (String role : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
      String token = config.token(role, "");
      if (!token.isEmpty()) {
        specialTokens.put(role, token);
      }
    }
    return source(folder, config.config())
        .map(found -> new ChatTemplate(found.text, found.origin, specialTokens));
  }

  /**
   * Writes a chat.
   *
   * @param addGenerationPrompt ends the text where the assistant's answer begins
   * @throws InvalidPromptException if the template refuses these messages
   * @throws InvalidModelException if the template cannot be rendered
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Map.of());
  }

  /** As {@link #render(List, boolean)}, with more variables. */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    bindings.putAll(variables);
    bindings.put("messages", messages.stream().map(this::toMap).toList());
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put(STEPS, new AtomicInteger(MAX_STEPS));
    RenderResult result = render(bindings);
    if (!result.getErrors().isEmpty()) {
      throw failure(result.getErrors().get(0));
    }
    return result.getOutput();
  }

  private RenderResult render(Map<String, Object> bindings) {
    try {
      return jinjava.renderForResult(source, bindings);
    } catch (RuntimeException | StackOverflowError e) {
      throw new InvalidModelException(
          origin + " cannot be rendered: " + Texts.firstLine(String.valueOf(e.getMessage())), e);
    }
  }

  /** The engine would read an unknown filter as nothing. */
  private void requireFilter(String name) {
    if (jinjava.getGlobalContext().getFilter(name) == null) {
      throw new UnsupportedModelException(
          origin + " uses the filter " + name + ", which is not known; edit the template");
    }
  }

  private static JinjavaConfig config() {
    return JinjavaConfig.newBuilder()
        .withTrimBlocks(true)
        .withLstripBlocks(true)
        .withNestedInterpretationEnabled(false) // a user's braces are text
        .withMaxOutputSize(MAX_OUTPUT)
        .withMaxStringLength(MAX_OUTPUT)
        .withMaxListSize(MAX_ITEMS)
        .withMaxMapSize(MAX_ITEMS)
        .withMaxRenderDepth(20)
        .withElResolver(new PythonValues())
        .withProcessors(
            JinjavaProcessors.newBuilder().withNodePreProcessor(ChatTemplate::countStep).build())
        .withLegacyOverrides(LEGACY)
        .build();
  }

  /**
   * Called for each piece of the template that is rendered; loops in loops could go on for ever.
   */
  private static void countStep(Node node, JinjavaInterpreter interpreter) {
    if (interpreter.getContext().get(STEPS) instanceof AtomicInteger left
        && left.decrementAndGet() < 0) {
      throw new IllegalStateException("it takes more than " + MAX_STEPS + " steps");
    }
  }

  private static String refuseInclude(String name, Charset encoding, JinjavaInterpreter interpreter)
      throws IOException {
    throw new IOException("a chat template cannot include " + name);
  }

  private RuntimeException failure(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ChatFunctions.Refusal refusal) {
        return new InvalidPromptException(
            "the chat template refuses the prompt: " + refusal.getMessage(), refusal);
      }
    }
    return new InvalidModelException(
        origin
            + " cannot be rendered, line "
            + error.getLineno()
            + ": "
            + Texts.firstLine(String.valueOf(error.getMessage())),
        error.getException());
  }

  private Map<String, Object> toMap(ChatMessage message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.role());
    map.put("content", contentAsList ? items(message) : text(message));
    return map;
  }

  private static List<Map<String, Object>> items(ChatMessage message) {
    List<Map<String, Object>> items = new ArrayList<>();
    for (ChatMessage.Content content : message.content()) {
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("type", content.type());
      if (content.type().equals("text")) {
        item.put("text", content.text());
      }
      items.add(item);
    }
    return items;
  }

  private static String text(ChatMessage message) {
    for (ChatMessage.Content content : message.content()) {
      if (!content.type().equals("text")) {
        throw new InvalidPromptException(
            "this model's chat template takes text only; a message holds an item of type "
                + content.type());
      }
    }
    return message.content().stream().map(ChatMessage.Content::text).collect(Collectors.joining());
  }

  private static Optional<Source> source(Path folder, JsonNode tokenizerConfig) {
    Path jinja = folder.resolve("chat_template.jinja");
    if (Files.exists(jinja)) {
      try {
        return Optional.of(new Source(Files.readString(jinja), jinja.toString()));
      } catch (IOException e) {
        throw new InvalidModelException("cannot read " + jinja + ": " + e.getMessage(), e);
      }
    }
    return Stream.of("chat_template.json", "processor_config.json")
        .map(folder::resolve)
        .filter(Files::exists)
        .map(JsonNode::read)
        .filter(config -> config.has("chat_template"))
        .findFirst()
        .or(() -> Optional.of(tokenizerConfig).filter(config -> config.has("chat_template")))
        .map(
            config ->
                new Source(text(config.get("chat_template")), config.origin() + ": chat_template"));
  }

  /** One template, or the one called default of several. */
  private static String text(JsonNode template) {
    if (!template.isArray()) {
      return template.asString();
    }
    for (JsonNode named : template.asList()) {
      if (named.getString("name", "").equals("default")) {
        return named.getString("template");
      }
    }
    throw new InvalidModelException(
        template.origin() + " has several chat templates but none with the name default");
  }

  private record Source(String text, String origin) {}
}
