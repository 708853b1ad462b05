package io.vlm4j.eval.contrastive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.DualEncoder;
import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.eval.contrastive.LabeledImages.Labeled;
import io.vlm4j.eval.contrastive.RetrievalResult.Caption;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class ContrastiveTest {
  private static final Path CLIP = TestData.path("clip/vit_gelu");
  private static final Path PHOTOS = TestData.path("images/golden");

  @TempDir Path temporary;

  @Test
  void ranksCountBothWays() {
    List<String> images = List.of("a", "b");
    List<Caption> texts = List.of(new Caption("a1", 0), new Caption("b1", 1), new Caption("b2", 1));
    double[][] similarities = {{0.5, 0.9, 0.1}, {0.4, 0.2, 0.4}};
    RetrievalResult result = RetrievalResult.ranked(images, texts, similarities);
    assertEquals(List.of(2, 2), result.imageRanks()); // b's best is as near as a1, which is wrong
    assertEquals(List.of(1, 2, 1), result.textRanks());
    assertEquals(List.of(1, 0), result.nearestText());
    assertEquals(0, RetrievalResult.recall(result.imageRanks(), 1));
    assertEquals(1, RetrievalResult.recall(result.imageRanks(), 5));
    assertEquals(2 / 3.0, RetrievalResult.recall(result.textRanks(), 1));
    assertEquals(
        Map.of("R@1", 0.666667, "R@5", 1.0, "R@10", 1.0),
        result.report("x").figures().get("text_to_image"));
  }

  @Test
  void aModelRanksByItsSimilarities() {
    Map<String, List<String>> captions = new LinkedHashMap<>();
    captions.put("photo.jpg", List.of("a photo", "trees and sky"));
    captions.put("shapes.png", List.of("coloured shapes"));
    captions.put("noise.png", List.of("noise", "dots", "a carpet"));
    try (DualEncoder model = DualEncoder.load(CLIP, LoadOptions.FP32);
        ImageSource source = ImageSource.open(PHOTOS)) {
      RetrievalResult result = RetrievalResult.of(model, captions, source, 2, () -> {});
      assertEquals(3, result.imageRanks().size());
      assertEquals(6, result.textRanks().size());
      double own = model.similarity(source.read("shapes.png"), "coloured shapes");
      int nearer = 0;
      for (String image : List.of("photo.jpg", "noise.png")) {
        nearer += model.similarity(source.read(image), "coloured shapes") >= own ? 1 : 0;
      }
      assertEquals(nearer + 1, result.textRanks().get(2));
    }
  }

  @Test
  void classesAreFolders() throws IOException {
    for (String name : List.of("traffic_light/photo.jpg", "cat/small.png", "cat/shapes.png")) {
      Path file = temporary.resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(PHOTOS.resolve(file.getFileName()), file);
    }
    TinyModels.write(temporary.resolve("cat/notes.txt"), "no image");
    List<Labeled> labeled = LabeledImages.inFolders(temporary);
    assertEquals(
        List.of(
            new Labeled("cat/shapes.png", "cat"),
            new Labeled("cat/small.png", "cat"),
            new Labeled("traffic_light/photo.jpg", "traffic light")),
        labeled);
    List<String> classes = List.of("cat", "dog", "traffic light");
    try (DualEncoder model = DualEncoder.load(CLIP, LoadOptions.FP32);
        ImageSource source = ImageSource.open(temporary)) {
      ZeroShotClassifier classifier = ZeroShotClassifier.of(model, classes);
      ClassificationResult result =
          ClassificationResult.of(classifier, labeled, source, 2, () -> {});
      int right = 0;
      for (Labeled one : labeled) {
        Image image = source.read(one.image());
        right += classifier.classify(image).get(0).label().equals(one.label()) ? 1 : 0;
      }
      assertEquals(right / 3.0, result.topAccuracy(1), 1e-12);
      assertEquals(1, result.topAccuracy(5));
      assertEquals(3, result.report("x").figures().get("classes"));
    }
  }

  @Test
  void badLabelsAreErrors() {
    Path tsv = TinyModels.write(temporary.resolve("l.tsv"), "a.jpg\tcat\nb.jpg\t \n");
    String message =
        assertThrows(InvalidDataException.class, () -> LabeledImages.inFile(tsv)).getMessage();
    assertTrue(message.contains("line 2"), message);
    assertThrows(InvalidDataException.class, () -> LabeledImages.inFolders(temporary));
    ClassificationResult.Classified unknown =
        new ClassificationResult.Classified(
            new Labeled("a.jpg", "cow"), List.of(new ClassProbability(0, "cat", 1)));
    assertThrows(InvalidDataException.class, unknown::rank);
  }
}
