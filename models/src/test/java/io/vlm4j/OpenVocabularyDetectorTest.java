package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OWL-ViT and OWLv2 against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class OpenVocabularyDetectorTest {
  private static final String OWL_VIT = "owl/owlvit-tiny";
  private static final String OWLV2 = "owl/owlv2-tiny";
  private static final DetectionOptions ALL = new DetectionOptions(0, 1);

  static Stream<Golden> cases() {
    return Stream.of(OWL_VIT, OWLV2).flatMap(name -> Golden.of(name).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorEqualsTheReference(Golden golden) {
    try (OpenVocabularyDetector detector = load(golden.checkpoint());
        Trace trace = Trace.start()) {
      run(detector, golden);
      golden.assertMatches(trace, "", golden.expected().names().toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void detectionsAreThoseOfTheReferenceTheBestFirst(Golden golden) {
    try (OpenVocabularyDetector detector = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      List<Detection> found = run(detector, golden);
      float[] scores = golden.tensor("post_scores").toFloats();
      float[] boxes = golden.tensor("post_boxes").toFloats();
      Integer[] order = new Integer[scores.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
      assertEquals(scores.length, found.size());
      for (int i = 0; i < order.length; i++) {
        Detection detection = found.get(i);
        assertEquals(scores[order[i]], detection.score(), 1e-4);
        assertEquals(boxes[4 * order[i]], detection.box().xMin(), 0.05);
        assertEquals(boxes[4 * order[i] + 3], detection.box().yMax(), 0.05);
        String label = isImageGuided(golden) ? "" : queries(golden).get(detection.labelId());
        assertEquals(label, detection.label());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OWL_VIT, OWLV2})
  void impossibleQueriesAreRefused(String checkpoint) {
    Image image = Golden.image("small.png");
    try (OpenVocabularyDetector detector = load(TestData.path(checkpoint))) {
      for (List<String> queries :
          List.of(List.<String>of(), List.of("cat", " "), List.of("snow ".repeat(100)))) {
        assertThrows(InvalidPromptException.class, () -> detector.detect(image, queries, ALL));
      }
    }
    assertThrows(InvalidOptionException.class, () -> new DetectionOptions(1.5, 0.3));
    assertThrows(InvalidOptionException.class, () -> new DetectionOptions(0.1, Double.NaN));
  }

  @ParameterizedTest
  @ValueSource(strings = {OWL_VIT, OWLV2})
  void nothingIsFoundAboveEveryScore(String checkpoint) {
    Image image = Golden.image("small.png");
    DetectionOptions none = new DetectionOptions(1, 0.3);
    try (OpenVocabularyDetector detector = load(TestData.path(checkpoint))) {
      assertEquals(List.of(), detector.detect(image, List.of("a cat"), none));
      assertEquals(List.of(), detector.detectLike(image, image, none));
      assertEquals(16, detector.detect(image, List.of("a cat"), ALL).size());
    }
  }

  @Test
  void fewerBoxesOverlapWhereLessIsAllowed() {
    Golden golden = Golden.of(OWLV2, "image-guided-1");
    Image image = golden.images().get(0);
    try (OpenVocabularyDetector detector = load(golden.checkpoint())) {
      int all = detector.detectLike(image, image, ALL).size();
      int few = detector.detectLike(image, image, new DetectionOptions(0, 0.05)).size();
      assertTrue(few >= 1 && few < all, few + " of " + all);
    }
  }

  @Test
  void objectsOfAnyKindAreFoundByObjectness() {
    Golden golden = Golden.of(OWLV2, "text-queries-tall-4");
    Image image = golden.images().get(0);
    try (OpenVocabularyDetector detector = load(golden.checkpoint());
        OpenVocabularyDetector first = load(TestData.path(OWL_VIT));
        TensorScope scope = TensorScope.open()) {
      float best = Float.NEGATIVE_INFINITY;
      for (float logit : golden.tensor("objectness_logits").toFloats()) {
        best = Math.max(best, logit);
      }
      List<Detection> found = detector.detectObjects(image, ALL);
      assertEquals(16, found.size());
      assertEquals(1 / (1 + Math.exp(-best)), found.get(0).score(), 1e-4);
      assertThrows(UnsupportedModelException.class, () -> first.detectObjects(image, ALL));
    }
  }

  @ParameterizedTest
  @CsvSource({
    OWL_VIT + ", class_head.logit_shift.bias",
    OWLV2 + ", class_head.logit_shift.bias",
    OWL_VIT + ", box_head.dense2.bias"
  })
  void scoresAndBoxesThatAreNotNumbersAreAnError(
      String checkpoint, String tensor, @TempDir Path folder) {
    Path damaged =
        TinyModels.edited(
            TestData.path(checkpoint),
            folder,
            tensors -> tensors.computeIfPresent(tensor, (name, bias) -> bias.mul(Double.NaN)));
    Image image = Image.ofRgb(9, 9, new byte[3 * 9 * 9]);
    try (OpenVocabularyDetector detector = load(damaged)) {
      assertThrows(
          InvalidModelException.class, () -> detector.detect(image, List.of("a cat"), ALL));
      assertThrows(InvalidModelException.class, () -> detector.detectLike(image, image, ALL));
    }
  }

  @Test
  void otherModelsAreRefused(@TempDir Path folder) throws IOException {
    Path clip = TestData.path("clip/vit_gelu");
    assertThrows(UnsupportedModelException.class, () -> load(clip));
    assertThrows(InvalidModelException.class, () -> load(folder));
    TinyModels.copy(TestData.path(OWL_VIT), folder);
    Path config = folder.resolve("config.json");
    String narrower =
        Files.readString(config).replace("\"projection_dim\": 32", "\"projection_dim\": 16");
    Files.writeString(config, narrower);
    String message = assertThrows(InvalidModelException.class, () -> load(folder)).getMessage();
    assertTrue(message.contains("projection_dim"), message);
  }

  private static List<Detection> run(OpenVocabularyDetector detector, Golden golden) {
    JsonNode json = golden.definition();
    Image image = golden.images().get(0);
    DetectionOptions options =
        new DetectionOptions(json.getDouble("threshold"), json.getDouble("nms_threshold", 0.3));
    Path query = golden.checkpoint().resolve("golden/images/query.png");
    return isImageGuided(golden)
        ? detector.detectLike(image, Image.read(query), options)
        : detector.detect(image, queries(golden), options);
  }

  private static boolean isImageGuided(Golden golden) {
    return golden.definition().has("query_image");
  }

  private static List<String> queries(Golden golden) {
    return golden.definition().getList("queries").stream().map(JsonNode::asString).toList();
  }

  private static OpenVocabularyDetector load(Path folder) {
    return OpenVocabularyDetector.load(folder, LoadOptions.FP32);
  }
}
