package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchCommandsTest extends CommandTestBase {
  private static final String CLIP = TestData.path("clip/vit_gelu").toString();
  private static final String OTHER = TestData.path("clip/vit_quick_gelu").toString();
  private static final String TEXT = "a dog in the snow";

  @Test
  void searchShowsTheNearestImages() {
    String photos = photos().toString();
    JsonNode found = json(search(photos, TEXT, "--json", "--top", "3"));
    assertEquals(List.of("query", "query_ms", "images", "hits"), List.copyOf(found.keys()));
    assertEquals(TEXT, found.getString("query"));
    assertTrue(found.getDouble("query_ms") > 0);
    assertEquals(3, found.getList("hits").size());
    JsonNode best = found.getList("hits").get(0);
    assertTrue(best.getDouble("score") >= found.getList("hits").get(1).getDouble("score"));
    try (DualEncoder clip = DualEncoder.load(Path.of(CLIP), LoadOptions.FP32)) {
      Image image = Image.read(Path.of(photos, best.getString("image")));
      assertEquals(clip.similarity(image, TEXT), best.getDouble("score"), 1e-4);
    }
    String text = succeeds(search(photos, TEXT, "--top", "1")).out();
    assertTrue(text.endsWith("  " + best.getString("image") + "\n"), text);
    JsonNode same = json(search(photos, "--image", PHOTO, "--json"));
    assertEquals("photo.jpg", same.getList("hits").get(0).getString("image"));
  }

  @Test
  void searchSaysWhatItDidAndSearchesTheIndexAlone() throws IOException {
    Path photos = photos();
    Outcome first = run(search(photos.toString(), TEXT, "--verbose"));
    assertTrue(
        first.err().matches("(?s)index: 9 embedded, .* 0 damaged\nquery_ms: .*"), first.err());
    Files.delete(photos.resolve("noise.png"));
    JsonNode stale = json(search(photos.toString(), TEXT, "--json", "--no-update"));
    assertEquals(9, stale.getInt("images"));
    Outcome second = run(search(photos.toString(), TEXT, "--verbose", "--approximate"));
    assertTrue(
        second.err().startsWith("index: 0 embedded, 0 reused, 1 removed, 8 kept,"), second.err());
    assertEquals(8, second.out().lines().count());
    Files.writeString(photos.resolve("bad.jpg"), "no picture");
    Outcome third = run(search(photos.toString(), TEXT));
    assertEquals(0, third.code());
    assertTrue(third.err().startsWith("vlm: left out: bad.jpg"), third.err());
  }

  @Test
  void impossibleSearchesAreRefused() {
    String photos = photos().toString();
    succeeds(search(photos, TEXT));
    assertFails(2, List.of("search", photos, TEXT), "--model", "siglip");
    assertFails(2, List.of(search(photos)), "no query");
    assertFails(2, List.of(search(photos, " ")), "empty");
    assertFails(2, List.of(search(photos, TEXT, "--top", "0")), "--top");
    assertFails(1, List.of(search("nowhere", TEXT)), "nowhere");
    assertFails(1, List.of(search(photos, "--image", "absent.png")), "absent.png");
    assertFails(1, List.of("search", photos, TEXT, "--model", OTHER), CLIP, OTHER);
    assertFails(1, List.of("search", photos, TEXT, "--model", SMOLVLM), "'smolvlm'");
  }

  @Test
  void embedPrintsWhatTheApiGives() {
    List<JsonNode> lines =
        succeeds("embed", "--model", CLIP, "--dtype", "fp32", PHOTO, "--text", TEXT).json();
    Path file = temporary.resolve("vectors.safetensors");
    String[] written = {
      "embed", "--model", CLIP, "--dtype", "fp32", PHOTO, SMALL, "--text", TEXT, "--out", file + ""
    };
    assertEquals("", succeeds(written).out());
    try (DualEncoder clip = DualEncoder.load(Path.of(CLIP), LoadOptions.FP32);
        TensorScope scope = TensorScope.open()) {
      float[] image = clip.embed(Image.read(Path.of(PHOTO))).vector(0);
      assertEquals(PHOTO, lines.get(0).getString("image"));
      assertArrayEquals(image, lines.get(0).get("embedding").asFloats(), 1e-5f);
      assertEquals(TEXT, lines.get(1).getString("text"));
      float[] text = clip.embed(TEXT).vector(0);
      assertArrayEquals(text, lines.get(1).get("embedding").asFloats(), 1e-5f);
      SafetensorsFile vectors = SafetensorsFile.open(file);
      assertArrayEquals(new long[] {2, 24}, vectors.load("image_embeds").shape());
      assertArrayEquals(text, vectors.load("text_embeds").toFloats(), 1e-5f);
      assertTrue(vectors.metadata().get("images").contains("small.png"));
    }
    assertFails(2, List.of("embed", "--model", CLIP), "nothing to embed");
    assertFails(2, List.of("embed", "--model", CLIP, "--text", ""), "empty");
    assertFails(2, List.of("embed", PHOTO), "--model", "clip");
    assertFails(1, List.of("embed", "--model", CLIP, "absent.png"), "absent.png");
  }

  @Test
  void imagesOfSeveralVectorsAreListsOfThem() {
    String blip2 = TestData.path("blip2/retrieval").toString();
    JsonNode line = succeeds("embed", "--model", blip2, PHOTO).json().get(0);
    assertTrue(line.getList("embedding").size() > 1);
    assertTrue(line.getList("embedding").get(0).asFloats().length > 1);
  }

  @Test
  void soundsAreEmbeddedByModelsThatHear() {
    String joint = TestData.path("imagebind/tiny").toString();
    String sound = TestData.path("imagebind/sounds/rising.wav").toString();
    JsonNode line = succeeds("embed", "--model", joint, "--audio", sound).json().get(0);
    assertEquals(sound, line.getString("audio"));
    assertEquals(24, line.get("embedding").asFloats().length);
    assertFails(2, List.of("embed", "--model", CLIP, "--audio", sound), "takes no sounds");
  }

  private Path photos() {
    return TinyModels.copy(TestData.path("images/golden"), temporary.resolve("photos"));
  }

  private static String[] search(String folder, String... more) {
    List<String> command = new ArrayList<>(List.of("search", "--model", CLIP, "--dtype", "fp32"));
    command.add(folder);
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private static JsonNode json(String... command) {
    return succeeds(command).json().get(0);
  }
}
