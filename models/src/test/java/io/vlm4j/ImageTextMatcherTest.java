package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.matching.TwoTowers;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Image-text matching against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class ImageTextMatcherTest {
  private static final double CLOSE = 1e-4;

  static Stream<Golden> cases() {
    return Stream.of("blip/retrieval").flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorEqualsTheReference(Golden golden) {
    try (ImageTextMatcher model = load(golden);
        Trace trace = Trace.start()) {
      ((TwoTowers) model).compare(golden.images(), golden.texts());
      golden.assertMatches(trace, "", golden.expected().names().toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void probabilitiesAndCosinesEqualTheReference(Golden golden) {
    List<Image> images = golden.images();
    List<String> texts = golden.texts();
    try (ImageTextMatcher model = load(golden);
        TensorScope scope = TensorScope.open()) {
      float[] expectedMatches = golden.tensor("itm_logits").softmax().toFloats();
      float[] expectedCosines = golden.tensor("itc_cosine").toFloats();
      for (int i = 0; i < images.size(); i++) {
        assertEquals(expectedMatches[2 * i + 1], model.match(images.get(i), texts.get(i)), CLOSE);
        double[] matches = model.match(images.get(i), texts);
        for (int j = 0; j < texts.size(); j++) {
          assertEquals(
              expectedCosines[i * texts.size() + j],
              model.similarity(images.get(i), texts.get(j)),
              CLOSE);
          assertEquals(model.match(images.get(i), texts.get(j)), matches[j], CLOSE);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void impossibleTextsAreRefused(Golden golden) {
    Image image = Golden.image("small.png");
    try (ImageTextMatcher model = load(golden)) {
      String endless = "snow ".repeat(100);
      assertThrows(InvalidPromptException.class, () -> model.embed(endless));
      assertThrows(InvalidPromptException.class, () -> model.match(image, endless));
      assertThrows(InvalidPromptException.class, () -> model.match(image, List.of()));
      assertTrue(model.match(image, "") >= 0);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void generatorsRefuseAModelThatOnlyCompares(Golden golden) {
    assertRefused(
        () -> VisionLanguageModel.load(golden.checkpoint(), LoadOptions.FP32), "DualEncoder.load");
  }

  @Test
  void modelsThatDoNotCompareAreRefused() {
    Path captioner = TestData.path("blip/caption");
    Path decoder = TestData.path("llama/gqa_tied");
    assertRefused(() -> DualEncoder.load(captioner), "'blip'", "retrieval");
    assertRefused(() -> ImageTextMatcher.load(decoder), "'llama'", "supported are");
  }

  @Test
  void theNearestOfSeveralVectorsCounts() {
    ImageTextEmbedding two = new ImageTextEmbedding(new float[] {1, 0, 0.6f, 0.8f}, 2);
    ImageTextEmbedding one = new ImageTextEmbedding(new float[] {0, 1}, 1);
    assertEquals(2, two.count());
    assertEquals(2, two.size());
    assertEquals(0.8, two.similarity(one), 1e-6);
    assertEquals(0.8, one.similarity(two), 1e-6);
    two.vector(0)[1] = 9;
    assertEquals(0, two.vector(0)[1]);
    ImageTextEmbedding other = new ImageTextEmbedding(new float[] {0, 1, 0}, 1);
    assertThrows(IllegalArgumentException.class, () -> one.similarity(other));
    assertThrows(
        IllegalArgumentException.class, () -> new ImageTextEmbedding(new float[] {0, 1, 0}, 2));
  }

  private static void assertRefused(Runnable load, String... words) {
    String message = assertThrows(UnsupportedModelException.class, load::run).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  private static ImageTextMatcher load(Golden golden) {
    return ImageTextMatcher.load(golden.checkpoint(), LoadOptions.FP32);
  }
}
