package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidPromptException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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
