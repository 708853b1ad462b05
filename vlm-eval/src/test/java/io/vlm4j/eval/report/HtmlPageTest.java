package io.vlm4j.eval.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlPageTest {
  private static final String NASTY = "<script>alert('x')</script> {{ 7 * 6 }} {% if %} & \"é\"";

  @TempDir Path temporary;

  @Test
  void aPageHasAllInIt() throws IOException {
    Path file = temporary.resolve("page.html");
    try (ImageSource source = ImageSource.open(TestData.path("images/golden"))) {
      HtmlPage.write(file, report(), source);
    }
    String page = Files.readString(file);
    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("http://") || page.contains("https://"), page);
    assertTrue(
        page.contains(
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; {{ 7 * 6 }} {% if %} &amp; &quot;é&quot;"),
        page);
    for (String part :
        List.of("0.25", "class=\"item bad\"", "class=\"item good\"", "R@1: 0.5", "2 of 2 shown")) {
      assertTrue(page.contains(part), () -> page + " lacks " + part);
    }
    Matcher picture = Pattern.compile("src=\"data:image/jpeg;base64,([^\"]*)\"").matcher(page);
    assertTrue(picture.find());
    Image small = Image.decode(Base64.getDecoder().decode(picture.group(1)), "the page");
    assertTrue(Math.max(small.width(), small.height()) <= 180, small.toString());
    assertFalse(picture.find()); // the other image is not there
  }

  @Test
  void itemsAreJsonLines() throws IOException {
    Path file = temporary.resolve("items.jsonl");
    report().writeItems(file);
    List<String> lines = Files.readAllLines(file);
    assertEquals(2, lines.size());
    JsonNode first = JsonNode.parse(lines.get(0), "line");
    assertEquals(NASTY, first.getString("answer"));
    assertEquals(List.of("answer", "score"), List.copyOf(first.keys()));
    assertEquals("{\"accuracy\":0.25,\"recall\":{\"R@1\":0.5}}", report().figuresJson());
  }

  private static Report report() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", 0.25);
    figures.put("recall", Map.of("R@1", 0.5));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("answer", NASTY);
    fields.put("score", 0.0);
    return new Report(
        "Test <1>",
        figures,
        List.of(
            new Report.Item(List.of("photo.jpg"), fields, false),
            new Report.Item(List.of("absent.jpg"), Map.of("answer", List.of("a", "b")), true)));
  }
}
