package io.vlm4j.text;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A checkpoint's own way to write a conversation as one prompt: a Jinja template, as the hub's
 * {@code apply_chat_template} runs it. Immutable and thread-safe.
 *
 * <p>Templates differ in whether they take a message's content as a string or as a list of pieces,
 * some of them for each role. It is found by rendering samples, so callers need not know.
 */
public final class ChatTemplate {
  private static final int MAX_SOURCE_LENGTH = 1 << 20;
  private static final String WORDS_MARK = "vlm4j-sample-words";
  private static final String DUMP_MARK = "vlm4j-sample-dump";

  private final String source;
  private final JinjaSource prepared;
  private final Map<String, String> tokens;
  private final String origin;
  private final Form userForm;
  private final Map<String, Form> forms;

  /** How a message's content is given to the template. */
  private enum Form {
    STRING,
    PIECES
  }

  private ChatTemplate(String source, Map<String, String> tokens, String origin) {
    if (source.length() > MAX_SOURCE_LENGTH) {
      throw new InvalidModelException(
          origin + " has " + source.length() + " characters; at most " + MAX_SOURCE_LENGTH);
    }
    this.source = source;
    this.prepared = JinjaEngine.prepare(source, origin);
    this.tokens = withEmptyDefaults(tokens);
    this.origin = origin;
    this.userForm = form(words -> List.of(message("user", words)), Form.STRING);
    Object other = sample(userForm);
    this.forms =
        Map.of(
            "system",
            form(words -> List.of(message("system", words), message("user", other)), userForm),
            "assistant",
            form(words -> List.of(message("user", other), message("assistant", words)), userForm));
  }

  /**
   * A template given as text.
   *
   * @param source the Jinja source
   * @param origin what errors call it
   * @param specialTokens {@code bos_token} and its like, as the template may use them
   * @throws InvalidModelException if the source is not a template
   */
  public static ChatTemplate of(String source, String origin, Map<String, String> specialTokens) {
    return new ChatTemplate(source, specialTokens, origin);
  }

  /**
   * The template of a hub folder, if it has one: {@code chat_template.jinja}, or the key {@code
   * chat_template} of {@code chat_template.json}, {@code processor_config.json} or {@code
   * tokenizer_config.json}, in this order. Of several named templates the one called "default" is
   * taken, else the first.
   *
   * @throws InvalidModelException if a file is damaged
   */
  public static Optional<ChatTemplate> load(Path folder) {
    Map<String, String> tokens = TokenizerConfig.read(folder).tokens();
    Path jinja = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(jinja)) {
      return Optional.of(new ChatTemplate(read(jinja), tokens, jinja.toString()));
    }
    for (String name :
        List.of("chat_template.json", "processor_config.json", "tokenizer_config.json")) {
      Path file = folder.resolve(name);
      if (!Files.isRegularFile(file)) {
        continue;
      }
      Optional<String> source =
          JsonNode.read(file).optional("chat_template").flatMap(ChatTemplate::named);
      if (source.isPresent()) {
        return Optional.of(new ChatTemplate(source.get(), tokens, file + ": chat_template"));
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a conversation as a prompt.
   *
   * @param addGenerationPrompt whether the prompt ends where the assistant's answer begins
   * @param extra more variables for the template; values are strings, numbers, booleans, lists and
   *     maps
   * @throws InvalidPromptException if the template refuses the conversation, or takes words only
   *     and the conversation holds images
   * @throws InvalidModelException if the template itself fails
   */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> extra) {
    List<Map<String, Object>> plain = new ArrayList<>();
    for (ChatMessage message : messages) {
      plain.add(message(message.role(), content(message)));
    }
    return renderPlain(plain, addGenerationPrompt, extra);
  }

  /** As {@link #render(List, boolean, Map)}, without more variables. */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Map.of());
  }

  /** The Jinja source. */
  public String source() {
    return source;
  }

  private String renderPlain(Object messages, boolean addGenerationPrompt, Map<String, ?> extra) {
    Map<String, Object> variables = new HashMap<>(tokens);
    variables.put("messages", messages);
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.putAll(extra);
    return JinjaEngine.render(prepared, variables, origin);
  }

  private Object content(ChatMessage message) {
    if (forms.getOrDefault(message.role(), userForm) == Form.PIECES) {
      return message.content().stream().map(ChatTemplate::piece).toList();
    }
    if (!isTextOnly(message)) {
      throw new InvalidPromptException(
          "this model's chat template takes text only, but a message holds an image or a video;"
              + " leave it out, or write the model's image token into the text");
    }
    return message.content().stream().map(ChatMessage.Content::text).collect(Collectors.joining());
  }

  private static boolean isTextOnly(ChatMessage message) {
    return message.content().stream().allMatch(piece -> piece.type().equals("text"));
  }

  private static Map<String, Object> piece(ChatMessage.Content content) {
    Map<String, Object> piece = new LinkedHashMap<>();
    piece.put("type", content.type());
    if (content.type().equals("text")) {
      piece.put("text", content.text());
    }
    return piece;
  }

  private static Map<String, Object> message(String role, Object content) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /** The form in which the words of a sample show; pieces if both do. */
  private Form form(Function<Object, List<?>> conversation, Form neither) {
    for (Form form : new Form[] {Form.PIECES, Form.STRING}) {
      if (shows(conversation.apply(sample(form)))) {
        return form;
      }
    }
    return neither;
  }

  private static Object sample(Form form) {
    return form == Form.STRING
        ? WORDS_MARK
        : List.of(Map.of("type", "text", "text", WORDS_MARK, "sample", DUMP_MARK));
  }

  /** True if every message's words show, without the data structure around them. */
  private boolean shows(List<?> conversation) {
    try {
      String prompt = renderPlain(conversation, true, Map.of());
      int shown = (prompt.length() - prompt.replace(WORDS_MARK, "").length()) / WORDS_MARK.length();
      return shown >= conversation.size() && !prompt.contains(DUMP_MARK);
    } catch (InvalidModelException | InvalidPromptException e) {
      return false; // a real conversation will show what is wrong
    }
  }

  private static Optional<String> named(JsonNode template) {
    if (!template.isArray()) {
      return Optional.of(template.asString());
    }
    List<JsonNode> templates = template.asList();
    return templates.stream()
        .filter(named -> named.getString("name", "").equals("default"))
        .findFirst()
        .or(() -> templates.stream().findFirst())
        .map(named -> named.getString("template"));
  }

  /** Joining an absent token to a string would otherwise print a null. */
  private static Map<String, String> withEmptyDefaults(Map<String, String> tokens) {
    Map<String, String> all = new HashMap<>(Map.of("bos_token", "", "eos_token", ""));
    all.putAll(tokens);
    return Map.copyOf(all);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
