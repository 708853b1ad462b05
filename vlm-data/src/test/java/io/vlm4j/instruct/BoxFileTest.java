package io.vlm4j.instruct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.instruct.Scene.LabeledBox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoxFileTest {
  @TempDir Path temporary;

  @Test
  void readsCocosInstances() {
    Map<String, List<LabeledBox>> boxes =
        read(
            """
            {"images": [{"id": 7, "file_name": "a.jpg", "width": 200, "height": 100}],
             "categories": [{"id": 3, "name": "car"}],
             "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [20, 10, 100, 90.02]}]}
            """);
    assertEquals(Map.of("a.jpg", List.of(new LabeledBox("car", 0.1, 0.1, 0.6, 1))), boxes);
  }

  @Test
  void readsPlainBoxes() {
    Map<String, List<LabeledBox>> boxes =
        read("{\"a.jpg\": [{\"label\": \"car\", \"box\": [0.1, 0.2, 0.3, 1]}], \"b.jpg\": []}");
    assertEquals(List.of(new LabeledBox("car", 0.1, 0.2, 0.3, 1)), boxes.get("a.jpg"));
    assertEquals(List.of(), boxes.get("b.jpg"));
  }

  @Test
  void whatIsWrongIsNamed() {
    fails("{\"a.jpg\": [{\"label\": \"car\", \"box\": [10, 20, 30, 40]}]}", "a.jpg", "from 0 to 1");
    fails("{\"a.jpg\": [{\"label\": \"car\", \"box\": [0.1]}]}", "4 numbers");
    fails("{\"a.jpg\": [{\"box\": [0, 0, 1, 1]}]}", "label");
    fails("[", "JSON");
    fails(
        """
        {"images": [], "categories": [],
         "annotations": [{"id": 5, "image_id": 7, "category_id": 3, "bbox": [0, 0, 1, 1]}]}
        """,
        "annotation 5",
        "7");
  }

  private void fails(String json, String... words) {
    String message = assertThrows(InvalidDataException.class, () -> read(json)).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> message + " lacks " + word);
    }
  }

  private Map<String, List<LabeledBox>> read(String json) {
    return BoxFile.read(TinyModels.write(temporary.resolve("boxes.json"), json));
  }
}
