package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What templates use of Jinja, against the output of Jinja itself; see testdata/chat. */
class JinjaEngineTest {
  @Test
  void featuresOfTemplates() {
    JsonNode cases = JsonNode.read(TestData.path("chat/features.json"));
    assertAll(cases.asList().stream().map(golden -> () -> assertRenders(golden)));
  }

  private static void assertRenders(JsonNode golden) {
    String name = golden.getString("name");
    List<Map<String, String>> messages =
        golden.getList("messages").stream().map(JinjaEngineTest::strings).toList();
    JinjaSource source = JinjaEngine.prepare(golden.getString("template"), name);
    assertEquals(
        golden.getString("prompt"),
        JinjaEngine.render(source, Map.of("messages", messages), name),
        name);
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> map = new LinkedHashMap<>();
    object.keys().forEach(key -> map.put(key, object.getString(key)));
    return map;
  }
}
