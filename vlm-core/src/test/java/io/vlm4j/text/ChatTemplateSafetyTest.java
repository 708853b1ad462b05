package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates take, and that faulty and hostile ones do no harm. */
class ChatTemplateSafetyTest {
  private static final String CHATML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
          + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  @Test
  void textTemplatesTakeStrings() {
    ChatTemplate template = ChatTemplate.of(CHATML, "chatml", Map.of());
    assertEquals(
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
        template.render(List.of(user("Hi")), true));
    assertEquals("<|im_start|>user\nHi<|im_end|>\n", template.render(List.of(user("Hi")), false));
  }

  @Test
  void textTemplatesRefuseImages() {
    ChatTemplate template = ChatTemplate.of(CHATML, "chatml", Map.of());
    ChatMessage image = new ChatMessage("user", List.of(ChatMessage.Content.image()));
    assertThrows(InvalidPromptException.class, () -> template.render(List.of(image), true));
  }

  @Test
  void aRefusalIsThePromptsFault() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% if messages|length > 1 %}{{ raise_exception('one at ' + 'a time') }}{% endif %}"
                + "{{ messages[0].content }}",
            "short", Map.of());
    ChatMessage message = user("a");
    assertEquals("a", template.render(List.of(message), true));
    InvalidPromptException e =
        assertThrows(
            InvalidPromptException.class, () -> template.render(List.of(message, message), true));
    assertTrue(e.getMessage().contains("one at a time"));
  }

  @Test
  void variablesAndTokensAreGiven() {
    ChatTemplate template =
        ChatTemplate.of(
            "{{ bos_token }}{% for t in tools %}{{ t | tojson(indent=2) }}{% endfor %}"
                + "{{ messages[0].content }}{{ eos_token }}",
            "tools", Map.of("bos_token", "<s>"));
    assertEquals(
        "<s>{\n  \"name\": \"f\"\n}a",
        template.render(List.of(user("a")), true, Map.of("tools", List.of(Map.of("name", "f")))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ messages.getClass().getName() }}",
        "{{ messages[0].entrySet() }}",
        "{% include 'module-info.class' %}",
        "{% import 'a' as b %}",
        "{{ ((((( }}",
        "{% for x in messages %}",
        "{% if %}",
        "{{ 'open",
        "{% unheard_of %}",
        "{% raw %} no end",
        "{{ messages[0].content.split('') }}",
        "{% for i in range(1000) %}{% for j in range(1000) %}{% for k in range(1000) %}"
            + "{% endfor %}{% endfor %}{% endfor %}"
      })
  void faultyTemplatesAreTheModelsFault(String source) {
    InvalidModelException e =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                assertThrows(
                    InvalidModelException.class,
                    () ->
                        ChatTemplate.of(source, "faulty", Map.of())
                            .render(List.of(user("a")), true)));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  @Test
  void javaObjectsStayOutOfReach() {
    String prompt =
        ChatTemplate.of(
                "{{ 'x'.class }}{{ 'x'.bytes }}{{ messages[0].content.type }}{{ (5).real }}.",
                "reach",
                Map.of())
            .render(List.of(user("a")), true);
    assertEquals(".", prompt);
  }

  @Test
  void endlessOutputIsCutOff() {
    ChatTemplate template =
        ChatTemplate.of(
            "{% set ns = namespace(s='aaaaaaaaaaaaaaaa') %}"
                + "{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}",
            "endless", Map.of());
    assertThrows(InvalidModelException.class, () -> template.render(List.of(user("a")), true));
  }

  @Test
  void damagedTemplatesGiveTypedErrors() throws IOException {
    Random random = new Random(9);
    for (String checkpoint : List.of("llava/v1_5", "smolvlm/base", "qwen-vl/qwen2-vl")) {
      String source = Files.readString(TestData.path(checkpoint + "/chat_template.jinja"));
      for (int round = 0; round < 150; round++) {
        StringBuilder changed = new StringBuilder(source);
        for (int change = 0; change < 1 + random.nextInt(3); change++) {
          int at = random.nextInt(changed.length());
          changed.replace(
              at, at + 1, String.valueOf("{}%'\"()[]|-. x\\#".charAt(random.nextInt(16))));
        }
        try {
          ChatTemplate.of(changed.toString(), "changed", Map.of()).render(List.of(user("a")), true);
        } catch (VlmException e) {
          assertFalse(e.getMessage().isBlank());
        }
      }
    }
  }

  private static ChatMessage user(String text) {
    return new ChatMessage("user", List.of(ChatMessage.Content.text(text)));
  }
}
