package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates of well-known models against what Jinja makes of them; see testdata/chat. */
class ChatTemplateTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  @TestFactory
  Stream<DynamicTest> rendersAsJinja() {
    return JsonNode.read(TestData.path("chat/cases.json")).asList().stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.getString("template") + " " + c.getString("chat"), () -> check(c)));
  }

  private static void check(JsonNode expected) throws IOException {
    String name = expected.getString("template");
    String source = Files.readString(TestData.path("chat/" + name));
    ChatTemplate template = ChatTemplate.of(source, name, TOKENS);
    List<ChatMessage> messages = messages(expected);
    boolean generate = expected.getBoolean("add_generation_prompt", false);
    if (expected.has("refusal")) {
      InvalidPromptException refusal =
          assertThrows(InvalidPromptException.class, () -> template.render(messages, generate));
      assertEquals(
          "the chat template refuses the prompt: " + expected.getString("refusal"),
          refusal.getMessage());
    } else {
      assertEquals(expected.getString("prompt"), template.render(messages, generate));
    }
  }

  @TestFactory
  Stream<DynamicTest> rendersTheCheckpointsPrompts() {
    return Stream.of("llava/v1_5", "smolvlm/base", "internvl/internvl3-tiny", "qwen-vl/qwen2-vl")
        .flatMap(ChatTemplateTest::checkpointTests);
  }

  private static Stream<DynamicTest> checkpointTests(String checkpoint) {
    ChatTemplate template = ChatTemplate.load(TestData.path(checkpoint)).orElseThrow();
    return JsonNode.read(TestData.path(checkpoint + "/golden/chat_cases.json")).asList().stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    checkpoint + " " + c.getString("name"),
                    () -> assertEquals(c.getString("prompt"), template.render(messages(c), true))));
  }

  private static List<ChatMessage> messages(JsonNode golden) {
    return golden.getList("messages").stream().map(ChatTemplateTest::message).toList();
  }

  @Test
  void bracesOfAUserAreText() {
    String braces = "{{ 1 + 1 }} {% for x in y %} {# no #}";
    assertEquals(braces, render("{{ messages[0].content }}", braces));
  }

  @Test
  void reachesNoJava() {
    String source = "{{ ''.class }}{{ ''.class.forName('java.lang.Runtime') }}";
    assertEquals("", render(source, "text"));
  }

  @Test
  void mediaNeedATemplateForMedia() {
    ChatTemplate template = ChatTemplate.of("{{ messages[0].content }}", "t", TOKENS);
    List<ChatMessage> messages =
        List.of(new ChatMessage("user", List.of(ChatMessage.Content.image())));
    assertThrows(InvalidPromptException.class, () -> template.render(messages, true));
  }

  @Test
  void takesMoreVariables() {
    ChatTemplate template = ChatTemplate.of("{{ add_vision_id }}{{ date }}", "t", TOKENS);
    assertEquals(
        "yesnow", template.render(List.of(), true, Map.of("add_vision_id", "yes", "date", "now")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}{% set d = a %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(999) %}{% for b in range(999) %}{{ messages }}{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'META-INF/MANIFEST.MF' %}",
        "{{ messages.getClass() }}",
        "{{ messages.class }}",
        "{{ 'a'.getBytes() }}",
        "{% if %}",
        "{% unknown_tag %}",
        "{{ messages | unknown_filter }}",
        "{{ 'x'.split('') }}",
        "{{ ",
        "{% for x in messages %}"
      })
  void refusesWhatATemplateMustNotDo(String source) {
    VlmException error = assertThrows(VlmException.class, () -> render(source, "text"));
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
    assertTrue(error.getMessage().startsWith("the test"), error.getMessage());
  }

  @Test
  void survivesDamagedTemplates() throws IOException {
    Random random = new Random(5);
    for (String name : List.of("llama31.jinja", "zoo.jinja", "gemma.jinja")) {
      String source = Files.readString(TestData.path("chat/" + name));
      for (int i = 0; i < 150; i++) {
        int at = random.nextInt(source.length());
        int end = Math.min(source.length(), at + random.nextInt(12));
        String put = random.nextBoolean() ? "" : source.substring(at, end).repeat(2);
        try {
          render(source.substring(0, at) + put + source.substring(end), "a {{ b");
        } catch (VlmException e) {
          assertEquals(1, e.getMessage().lines().count(), e.getMessage());
        }
      }
    }
  }

  private static String render(String source, String text) {
    ChatMessage message = new ChatMessage("user", List.of(ChatMessage.Content.text(text)));
    return ChatTemplate.of(source, "the test", TOKENS).render(List.of(message), true);
  }

  @Test
  void isFoundWhereACheckpointKeepsIt(@TempDir Path folder) throws IOException {
    assertTrue(ChatTemplate.load(folder).isEmpty());
    write(
        folder,
        "tokenizer_config.json",
        "{'bos_token': '<s>', 'chat_template': [{'name': 'default', 'template': 'A{{ bos_token }}'}]}");
    assertEquals("A<s>", loaded(folder));
    write(folder, "processor_config.json", "{'chat_template': 'B'}");
    assertEquals("B", loaded(folder));
    write(folder, "chat_template.json", "{'chat_template': 'C'}");
    assertEquals("C", loaded(folder));
    write(folder, "chat_template.jinja", "D");
    assertEquals("D", loaded(folder));
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text.replace('\'', '"'));
  }

  private static String loaded(Path folder) {
    return ChatTemplate.load(folder).orElseThrow().render(List.of(), false);
  }

  static ChatMessage message(JsonNode node) {
    JsonNode content = node.get("content");
    List<ChatMessage.Content> parts =
        content.isString()
            ? List.of(ChatMessage.Content.text(content.asString()))
            : content.asList().stream().map(ChatTemplateTest::part).toList();
    return new ChatMessage(node.getString("role"), parts);
  }

  private static ChatMessage.Content part(JsonNode node) {
    return switch (node.getString("type")) {
      case "text" -> ChatMessage.Content.text(node.getString("text"));
      case "image" -> ChatMessage.Content.image();
      default -> ChatMessage.Content.video();
    };
  }
}
