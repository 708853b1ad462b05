package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.Regions;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faster R-CNN, Mask R-CNN and DETR against the reference implementations, in float32. */
@ExtendWith(LeakCheck.class)
class ObjectDetectorTest {
  private static final String DETR = "detection/detr-tiny";
  private static final String FASTER = "detection/fasterrcnn-resnet-fpn";
  private static final String MASK = "detection/maskrcnn-resnet-fpn";

  static Stream<Golden> cases() {
    return Stream.of(DETR, FASTER, MASK).flatMap(name -> Golden.of(name).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorEqualsTheReference(Golden golden) {
    try (ObjectDetector detector = load(golden.checkpoint());
        Trace trace = Trace.start()) {
      detector.detect(golden.images(), options(detector, golden));
      golden.assertMatches(trace, "", golden.expected().names().toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void detectionsAreThoseOfTheReferenceTheBestFirst(Golden golden) {
    List<List<JsonNode>> expected = expected(golden);
    try (ObjectDetector detector = load(golden.checkpoint())) {
      List<List<Detection>> found = detector.detect(golden.images(), options(detector, golden));
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertEquals(expected.get(i).size(), found.get(i).size());
        for (int j = 0; j < found.get(i).size(); j++) {
          assertDetection(expected.get(i).get(j), found.get(i).get(j));
        }
      }
    }
  }

  private static void assertDetection(JsonNode expected, Detection found) {
    float[] box = expected.get("box_xyxy").asFloats();
    assertEquals(expected.getDouble("score"), found.score(), 1e-4);
    assertEquals(expected.getInt("label"), found.labelId());
    assertEquals("LABEL_" + found.labelId(), found.label());
    assertEquals(box[0], found.box().xMin(), 0.05);
    assertEquals(box[1], found.box().yMin(), 0.05);
    assertEquals(box[2], found.box().xMax(), 0.05);
    assertEquals(box[3], found.box().yMax(), 0.05);
    assertEquals(expected.has("mask_area"), found.mask().isPresent());
    found
        .mask()
        .ifPresent(
            mask -> {
              assertEquals(expected.getInt("mask_area"), mask.area(0.5));
              assertEquals(0, mask.probability(-1, 0));
              float[] whole = new float[100 * 74];
              mask.paste(whole, 0, 100);
              assertEquals(whole[100 * 26 + 43], mask.probability(43, 26));
            });
  }

  @ParameterizedTest
  @CsvSource({DETR + ", 0, 3, 6", FASTER + ", 0, 5, 7", MASK + ", 0, 2, 5"})
  void regionsAreTheBestDetectionsWithTheirFeatures(
      String checkpoint, int image, int atMost, int classes) {
    Golden golden = Golden.of(checkpoint).get(0);
    Image picture = golden.images().get(image);
    try (ObjectDetector detector = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      List<Detection> detections = detector.detect(picture);
      Regions regions = detector.regions(picture, atMost);
      assertEquals(atMost, regions.count());
      assertEquals(detector.featureSize(), regions.features().size(1));
      assertEquals(classes, regions.classProbabilities().size(1));
      assertEquals(picture.width(), regions.imageWidth());
      float[] probabilities = regions.classProbabilities().toFloats();
      for (int i = 0; i < atMost; i++) {
        Detection detection = detections.get(i);
        assertEquals(detection.box(), regions.boxes().get(i));
        assertEquals(detection.score(), probabilities[i * classes + detection.labelId()]);
      }
      assertEquals(0, detector.regions(picture, 0).count());
    }
  }

  @Test
  void featuresOfRegionsAreThoseOfTheReference() {
    Golden golden = Golden.of(FASTER).get(0);
    try (ObjectDetector detector = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      Regions regions = detector.regions(golden.images().get(0), 100);
      golden.assertClose("detection_features", recorded(regions.features()));
      golden.assertClose("detection_class_probs", recorded(regions.classProbabilities()));
    }
  }

  private static Trace.Recorded recorded(Tensor tensor) {
    return new Trace.Recorded(tensor.shape(), tensor.toFloats(), null);
  }

  @ParameterizedTest
  @ValueSource(strings = {DETR, FASTER, MASK})
  void nothingIsFoundAboveEveryScore(String checkpoint) {
    Image image = Golden.image("small.png");
    try (ObjectDetector detector = load(TestData.path(checkpoint))) {
      assertEquals(List.of(), detector.detect(image, new DetectionOptions(1, 0.5)));
      assertEquals(List.of(), detector.detect(List.of(), detector.defaults()));
    }
  }

  @Test
  void noProposalsAreNoRegions(@TempDir Path folder) {
    Path strict = withConfig(FASTER, folder, "rpn_score_thresh\": 0.0", "rpn_score_thresh\": 1.1");
    Image image = Golden.image("small.png");
    try (ObjectDetector detector = load(strict);
        TensorScope scope = TensorScope.open()) {
      assertEquals(List.of(), detector.detect(image));
      assertEquals(0, detector.regions(image, 10).count());
    }
  }

  @ParameterizedTest
  @CsvSource({
    DETR + ", class_labels_classifier.bias, 6",
    DETR + ", model.backbone.conv_encoder.model.embedder.embedder.normalization.weight, 8",
    FASTER + ", rpn.head.cls_logits.bias, 3",
    FASTER + ", roi_heads.box_predictor.bbox_pred.bias, 28",
    FASTER + ", backbone.body.bn1.weight, 8",
    MASK + ", roi_heads.mask_predictor.mask_fcn_logits.bias, 5"
  })
  void whatIsNoNumberIsAnError(String checkpoint, String name, int size, @TempDir Path folder) {
    float[] values = new float[size];
    Arrays.fill(values, Float.NaN);
    Path damaged =
        TinyModels.edited(
            TestData.path(checkpoint), folder, t -> t.put(name, Tensor.of(values, size)));
    Golden golden = Golden.of(checkpoint).get(0);
    try (ObjectDetector detector = load(damaged)) {
      InvalidModelException error =
          assertThrows(InvalidModelException.class, () -> detector.detect(golden.images().get(0)));
      assertTrue(error.getMessage().contains("NaN"), error.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FASTER + "|\"num_classes\": 7|\"num_classes\": 91|91; the checkpoint's box predictor has 7",
        DETR + "|\"3\": \"LABEL_3\",||names 4 classes; the checkpoint tells 5 apart",
        FASTER + "|128|128, 256|6 sizes",
        FASTER + "|\"aspect_ratios\": [|\"aspect_ratios\": [4,|4 anchors a place"
      })
  void whatDoesNotFitIsNamed(
      String checkpoint, String from, String to, String message, @TempDir Path folder) {
    Path changed = withConfig(checkpoint, folder, from, to == null ? "" : to);
    InvalidModelException error =
        assertThrows(InvalidModelException.class, () -> load(changed).close());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void otherModelsAreRefused(@TempDir Path folder) {
    assertThrows(UnsupportedModelException.class, () -> load(TestData.path("clip/vit_gelu")));
    assertThrows(InvalidModelException.class, () -> load(folder));
  }

  /** The hub's older folders have the backbone in timm's names. */
  @Test
  void backbonesInTimmsNamesAreTheSame(@TempDir Path folder) {
    Path renamed =
        TinyModels.edited(TestData.path(DETR), folder, ObjectDetectorTest::renameBackbone);
    String timm = "\"use_timm_backbone\": true, \"backbone\": \"resnet18\"";
    rewrite(renamed, "\"use_timm_backbone\": false", timm);
    rewrite(renamed, "\"backbone\": null,", "");
    assertSameDetections(TestData.path(DETR), renamed);
    rewrite(renamed, "\"dilation\": null", "\"dilation\": true");
    Golden golden = Golden.of(DETR).get(0);
    try (ObjectDetector detector = load(renamed);
        Trace trace = Trace.start()) {
      detector.detect(golden.images().get(0));
      long[] shape = trace.tensors().get("encoder_last_hidden_state").shape();
      assertEquals(3 * 4, shape[1], "places of 48 x 64 pixels at a stride of 16");
    }
  }

  /** State dicts of torchvision before 0.13. */
  @Test
  void olderNamesAreTheSame(@TempDir Path folder) {
    Path renamed =
        TinyModels.edited(
            TestData.path(MASK),
            folder,
            tensors ->
                rename(
                    tensors,
                    name ->
                        Pattern.compile("mask_head\\.(\\d)\\.0\\.")
                            .matcher(
                                name.replaceAll("(inner|layer)_blocks\\.(\\d)\\.0", "$1_blocks.$2")
                                    .replace("head.conv.0.0.", "head.conv."))
                            .replaceAll(m -> "mask_head.mask_fcn" + next(m, 1) + ".")));
    assertSameDetections(TestData.path(MASK), renamed);
  }

  private static void renameBackbone(Map<String, Tensor> tensors) {
    rename(
        tensors,
        name -> {
          String plain =
              name.replace("embedder.embedder.convolution", "conv1")
                  .replace("embedder.embedder.normalization", "bn1")
                  .replace("shortcut.convolution", "downsample.0")
                  .replace("shortcut.normalization", "downsample.1");
          plain = numbered(plain, "encoder\\.stages\\.(\\d)\\.layers", "layer");
          plain = numbered(plain, "layer\\.(\\d)\\.convolution", "conv");
          return numbered(plain, "layer\\.(\\d)\\.normalization", "bn");
        });
  }

  private static String numbered(String name, String pattern, String word) {
    return Pattern.compile(pattern).matcher(name).replaceAll(m -> word + next(m, 1));
  }

  private static int next(MatchResult match, int group) {
    return Integer.parseInt(match.group(group)) + 1;
  }

  private static void rename(Map<String, Tensor> tensors, UnaryOperator<String> names) {
    for (String name : List.copyOf(tensors.keySet())) {
      tensors.put(names.apply(name), tensors.remove(name));
    }
  }

  private static void assertSameDetections(Path first, Path second) {
    Image image = Golden.image("photo.jpg");
    try (ObjectDetector a = load(first);
        ObjectDetector b = load(second)) {
      List<Detection> expected = a.detect(image);
      List<Detection> found = b.detect(image);
      assertTrue(!expected.isEmpty());
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertEquals(expected.get(i).box(), found.get(i).box());
        assertEquals(expected.get(i).score(), found.get(i).score());
      }
    }
  }

  private static Path withConfig(String checkpoint, Path folder, String from, String to) {
    TinyModels.copy(TestData.path(checkpoint), folder);
    rewrite(folder, from, to);
    return folder;
  }

  private static void rewrite(Path folder, String from, String to) {
    Path config = folder.resolve("config.json");
    try {
      String text = Files.readString(config);
      assertTrue(text.contains(from), from);
      Files.writeString(config, text.replace(from, to));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DetectionOptions options(ObjectDetector detector, Golden golden) {
    DetectionOptions own = detector.defaults();
    double threshold = golden.definition().getDouble("threshold", own.threshold());
    return new DetectionOptions(threshold, own.overlap());
  }

  /** Of each image the reference's detections, the best first. */
  private static List<List<JsonNode>> expected(Golden golden) {
    Path file =
        golden.checkpoint().resolve("golden").resolve(golden.definition().getString("expected"));
    List<JsonNode> all = JsonNode.read(file).getList("detections");
    List<List<JsonNode>> images = new ArrayList<>();
    if (all.get(0).isArray()) {
      all.forEach(image -> images.add(new ArrayList<>(image.asList())));
    } else {
      images.add(new ArrayList<>(all));
    }
    images.forEach(
        image -> image.sort((a, b) -> Double.compare(b.getDouble("score"), a.getDouble("score"))));
    return images;
  }

  private static ObjectDetector load(Path folder) {
    return ObjectDetector.load(folder, LoadOptions.FP32);
  }
}
