package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.matching.TwoTowers;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Image-text matching against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class ImageTextMatcherTest {
  private static final double CLOSE = 1e-4;

  static Stream<Golden> cases() {
    return Stream.of("blip/retrieval", "blip2/retrieval")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
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

  /** As the reference's configurations have it when they are read. */
  @ParameterizedTest
  @MethodSource("cases")
  void theReaderTakesTheWidthOfTheTowerWhateverItsConfigurationSays(
      Golden golden, @TempDir Path folder) throws IOException {
    configured(golden, folder, "\"encoder_hidden_size\": \\d+", "\"encoder_hidden_size\": 7");
    Image image = golden.images().get(0);
    String text = golden.texts().get(0);
    try (ImageTextMatcher model = load(golden);
        ImageTextMatcher other = ImageTextMatcher.load(folder, LoadOptions.FP32)) {
      assertEquals(model.match(image, text), other.match(image, text));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void relativePositionsAreRefused(Golden golden, @TempDir Path folder) throws IOException {
    String relative = "\"position_embedding_type\": \"relative_key\"";
    configured(
        golden, folder, "\"position_embedding_type\": \"absolute\"|\"use_cache\": true", relative);
    assertRefused(() -> DualEncoder.load(folder), "'relative_key'", "absolute");
  }

  /** The layouts of Blip2VisionModelWithProjection and Blip2TextModelWithProjection. */
  @Test
  void eitherSideOfBlip2MayStandAlone(@TempDir Path folder) {
    Golden golden = Golden.of("blip2/retrieval").get(0);
    Image image = golden.images().get(0);
    String text = golden.texts().get(0);
    Path images =
        without(golden, folder.resolve("images"), "embeddings.", "text_projection.", "itm_head.");
    Path texts =
        without(
            golden, folder.resolve("texts"), "vision_model.", "vision_projection.", "itm_head.");
    try (DualEncoder imageSide = DualEncoder.load(images, LoadOptions.FP32);
        DualEncoder textSide = DualEncoder.load(texts, LoadOptions.FP32);
        TensorScope scope = TensorScope.open()) {
      assertEquals(
          golden.tensor("itc_cosine").toFloats()[0],
          imageSide.embed(image).similarity(textSide.embed(text)),
          CLOSE);
      assertRefused(() -> imageSide.embed(text), "no tower for texts");
      assertRefused(() -> textSide.embed(image), "no tower for images");
    }
    assertRefused(() -> ImageTextMatcher.load(images), "no image-text matching head");
    Path half = without(golden, folder.resolve("half"), "embeddings.", "text_projection.");
    assertTrue(
        assertThrows(InvalidModelException.class, () -> DualEncoder.load(half))
            .getMessage()
            .contains("itm_head"));
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

  /** A copy of a checkpoint that lacks the tensors of some parts. */
  private static Path without(Golden golden, Path folder, String... parts) {
    return TinyModels.edited(
        golden.checkpoint(),
        folder,
        tensors ->
            tensors.keySet().removeIf(name -> Arrays.stream(parts).anyMatch(name::startsWith)));
  }

  /** A copy of a checkpoint with another configuration. */
  private static void configured(Golden golden, Path folder, String regex, String replacement)
      throws IOException {
    TinyModels.copy(golden.checkpoint(), folder);
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceAll(regex, replacement));
  }

  private static ImageTextMatcher load(Golden golden) {
    return ImageTextMatcher.load(golden.checkpoint(), LoadOptions.FP32);
  }
}
