package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.Box;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.Mask;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.image.Image;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectCommandTest extends CommandTestBase {
  private static final String OWL_VIT = TestData.path("owl/owlvit-tiny").toString();
  private static final String OWLV2 = TestData.path("owl/owlv2-tiny").toString();

  @Test
  void detectPrintsWhatTheApiGives() {
    JsonNode line =
        json("--model", OWLV2, "--dtype", "fp32", "--queries", "a cat, a remote", "--json");
    assertEquals(List.of("image", "width", "height", "detections"), List.copyOf(line.keys()));
    List<JsonNode> found = line.getList("detections");
    try (OpenVocabularyDetector owl =
        OpenVocabularyDetector.load(Path.of(OWLV2), LoadOptions.FP32)) {
      List<Detection> expected =
          owl.detect(
              Image.read(Path.of(PHOTO)), List.of("a cat", "a remote"), DetectionOptions.DEFAULT);
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        Box box = expected.get(i).box();
        float[] corners = {box.xMin(), box.yMin(), box.xMax(), box.yMax()};
        assertEquals(expected.get(i).label(), found.get(i).getString("label"));
        assertEquals(expected.get(i).labelId(), found.get(i).getInt("label_id"));
        assertEquals(expected.get(i).score(), found.get(i).getDouble("score"), 1e-4);
        assertArrayEquals(corners, found.get(i).get("box").asFloats(), 0.05f);
      }
    }
    String text = detect("--model", OWLV2, "--queries", "a cat,a remote").out();
    assertEquals(found.size(), text.lines().count());
    assertTrue(
        text.lines().findFirst().orElseThrow().matches("0\\.\\d{4} .* a (cat|remote)"), text);
  }

  @Test
  void otherWaysToSayWhatToFind() {
    assertTrue(!json("--model", OWLV2, "--objects", "--json").getList("detections").isEmpty());
    JsonNode like = json("--model", OWL_VIT, "--like", SMALL, "--threshold", "0", "--json");
    assertEquals(1, like.getList("detections").get(0).getDouble("score"), 1e-4);
    JsonNode few =
        json("--model", OWL_VIT, "--like", SMALL, "--threshold=0", "--overlap=0", "--json");
    assertTrue(few.getList("detections").size() <= like.getList("detections").size());
  }

  @Test
  void detectorsOfKnownClassesNeedNoQueries() {
    String maskRcnn = TestData.path("detection/maskrcnn-resnet-fpn").toString();
    JsonNode line = json("--model", maskRcnn, "--dtype", "fp32", "--json");
    try (ObjectDetector detector = ObjectDetector.load(Path.of(maskRcnn), LoadOptions.FP32)) {
      List<Detection> expected = detector.detect(Image.read(Path.of(PHOTO)));
      List<JsonNode> found = line.getList("detections");
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertEquals(expected.get(i).label(), found.get(i).getString("label"));
        assertEquals(expected.get(i).score(), found.get(i).getDouble("score"), 1e-4);
        assertEquals(
            expected.get(i).mask().orElseThrow().area(0.5), found.get(i).getInt("mask_area"));
      }
    }
    assertFails(2, List.of("detect", PHOTO, "--model", maskRcnn, "--objects"), "leave");
  }

  @Test
  void nothingIsAnEmptyList() {
    String[] nothing = {"--model", OWLV2, "--queries", "a cat", "--threshold", "1", "--json"};
    assertEquals(List.of(), json(nothing).getList("detections"));
    nothing[6] = "--dtype=fp32";
    assertTrue(detect(nothing).out().startsWith("nothing found"));
  }

  @Test
  void thePictureHasTheSizeOfTheImage() {
    Path out = temporary.resolve("out.png");
    detect("--model", OWLV2, "--queries", "a cat", "--out", out.toString());
    Image drawn = Image.read(out);
    Image photo = Image.read(Path.of(PHOTO));
    assertEquals(photo.width(), drawn.width());
    assertEquals(photo.height(), drawn.height());
    assertNotEquals(photo, drawn);
    Path nowhere = temporary.resolve("no/folder/out.png");
    String[] command = {"detect", PHOTO, "--model", OWLV2, "--queries", "a", "--out", nowhere + ""};
    assertFails(1, List.of(command), "cannot write");
  }

  @Test
  void impossibleOnesAreRefused() {
    assertFails(2, List.of("detect", PHOTO, "--queries", "a cat"), "--model", "owlvit");
    assertFails(2, List.of("detect", PHOTO, "--model", OWLV2), "--queries");
    assertFails(2, List.of("detect", PHOTO, "--model", OWLV2, "--queries", ""), "empty");
    assertFails(2, List.of("detect", PHOTO, "--model", OWLV2, "--queries", "a,,b"), "empty");
    assertFails(
        2, List.of("detect", PHOTO, "--model", OWLV2, "--objects", "--queries", "a"), "one of");
    assertFails(
        2, List.of("detect", PHOTO, "--model", OWLV2, "--objects", "--threshold", "2"), "0 to 1");
    assertFails(1, List.of("detect", PHOTO, "--model", OWL_VIT, "--objects"), "objectness");
    assertFails(1, List.of("detect", "absent.png", "--model", OWLV2, "--objects"), "absent.png");
    assertFails(1, List.of("detect", PHOTO, "--model", SMOLVLM, "--queries", "a"), "smolvlm");
  }

  /** Whatever the size, and wherever the box, the picture keeps its size and shows the label. */
  @ParameterizedTest
  @CsvSource({"1, 1", "16, 12", "120, 30", "640, 480", "3000, 2000"})
  void boxesAreDrawnOnImagesOfAnySize(int width, int height) {
    Image image = Image.ofRgb(width, height, new byte[3 * width * height]);
    List<Detection> found =
        List.of(
            found(new Box(-width, -height, 2 * width, 2 * height), "a cat"),
            found(
                new Box(width * 0.9f, height * 0.9f, width, height),
                "a very long label of a thing"),
            found(new Box(0, 0, 0, 0), ""));
    BufferedImage drawn = DetectionPainter.paint(image, found);
    assertEquals(width, drawn.getWidth());
    assertEquals(height, drawn.getHeight());
    if (width > 100) {
      int painted = 0;
      for (int x = 0; x < width; x++) {
        painted += (drawn.getRGB(x, height - 1) & 0xFFFFFF) == 0 ? 0 : 1;
      }
      assertTrue(painted > width / 2, painted + " of the lower edge");
    }
  }

  @Test
  void letterAndLineGrowWithTheImage() {
    assertTrue(labelHeight(2400) > 3 * labelHeight(400), labelHeight(2400) + " pixels");
  }

  @Test
  void masksTintWhatTheyCover() {
    Image image = Image.ofRgb(60, 40, new byte[3 * 60 * 40]);
    float[] certain = new float[20 * 10];
    Arrays.fill(certain, 1);
    Optional<Mask> mask = Optional.of(new Mask(40, 30, 20, 10, certain));
    Detection thing = new Detection("", 0, 0.5f, new Box(20, 10, 58, 38), mask);
    BufferedImage drawn = DetectionPainter.paint(image, List.of(thing));
    assertNotEquals(0, drawn.getRGB(50, 34) & 0xFFFFFF);
    assertEquals(0, drawn.getRGB(10, 34) & 0xFFFFFF);
  }

  /** Pixels of colour in a column through a label at the upper left corner. */
  private static int labelHeight(int side) {
    Image image = Image.ofRgb(side, side, new byte[3 * side * side]);
    Box box = new Box(0, side / 2f, side, side);
    BufferedImage drawn = DetectionPainter.paint(image, List.of(found(box, "a cat")));
    int height = 0;
    for (int y = 0; y < side / 2 - 1; y++) {
      height += (drawn.getRGB(2, y) & 0xFFFFFF) == 0 ? 0 : 1;
    }
    return height;
  }

  private static Detection found(Box box, String label) {
    return new Detection(label, 1, 0.87f, box);
  }

  private static Outcome detect(String... options) {
    String[] command = new String[options.length + 2];
    command[0] = "detect";
    command[1] = PHOTO;
    System.arraycopy(options, 0, command, 2, options.length);
    return succeeds(command);
  }

  private static JsonNode json(String... options) {
    return detect(options).json().get(0);
  }
}
