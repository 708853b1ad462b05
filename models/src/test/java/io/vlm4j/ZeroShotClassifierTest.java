package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class ZeroShotClassifierTest {
  private static final Image IMAGE = Golden.image("photo.jpg");
  private static final List<String> BARE = List.of("{}");

  /** Texts as labels, the template being the label alone. */
  @ParameterizedTest
  @ValueSource(strings = {"clip/vit_gelu", "siglip/image_text"})
  void probabilitiesAreThoseOfTheReferencesLogits(String checkpoint) {
    Golden golden = Golden.of(checkpoint, "photo_labels");
    try (DualEncoder model = DualEncoder.load(golden.checkpoint(), LoadOptions.FP32);
        TensorScope scope = TensorScope.open()) {
      float[] logits = golden.tensor("logits_per_image").toFloats();
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      List<ClassProbability> found =
          ZeroShotClassifier.of(model, golden.texts(), BARE).classify(golden.images().get(0));
      assertEquals(3, found.size());
      for (ClassProbability label : found) {
        double logit = logits[label.index()];
        double expected =
            checkpoint.startsWith("siglip") ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / sum;
        assertEquals(golden.texts().get(label.index()), label.label());
        assertEquals(expected, label.probability(), 1e-4);
      }
      assertTrue(found.get(0).probability() >= found.get(1).probability());
      assertTrue(found.get(1).probability() >= found.get(2).probability());
    }
  }

  @Test
  void theNormalisedMeanOfTheTemplatesStandsForALabel() {
    try (DualEncoder model = clip()) {
      double dog = logitOfMean(model, "a photo of a dog", "the dog on a dog");
      double cat = logitOfMean(model, "a photo of a cat", "the cat on a cat");
      List<String> templates = List.of("a photo of a {}", "the {} on a {}");
      double ensemble = probability(model, "dog", templates);
      assertEquals(1 / (1 + Math.exp(cat - dog)), ensemble, 1e-5);
      assertTrue(Math.abs(ensemble - probability(model, "dog", templates.subList(0, 1))) > 1e-4);
    }
  }

  @Test
  void imagesTogetherAreAsImagesAlone() {
    try (DualEncoder model = clip()) {
      ZeroShotClassifier classifier = ZeroShotClassifier.of(model, List.of("dog", "cat"));
      Image other = Golden.image("small.png");
      List<List<ClassProbability>> both = classifier.classify(List.of(IMAGE, other));
      assertEquals(
          classifier.classify(other).get(0).probability(), both.get(1).get(0).probability(), 1e-4);
      assertEquals(1, both.get(0).stream().mapToDouble(ClassProbability::probability).sum(), 1e-6);
      assertEquals(List.of(), classifier.classify(List.of()));
    }
  }

  @Test
  void labelsAndTemplatesMustBeSomething() {
    try (DualEncoder model = clip()) {
      assertRefused(model, List.of(), BARE, "no labels");
      assertRefused(model, List.of("cat", " "), BARE, "blank");
      assertRefused(model, List.of("cat", "cat"), BARE, "twice");
      assertRefused(model, List.of("cat"), List.of(), "no templates");
      assertRefused(model, List.of("cat"), List.of("a photo"), "{}");
    }
    try (DualEncoder blip = DualEncoder.load(TestData.path("blip/retrieval"))) {
      assertThrows(
          UnsupportedModelException.class, () -> ZeroShotClassifier.of(blip, List.of("cat")));
    }
  }

  @Test
  void damagedWeightsDoNotClassify(@TempDir Path folder) {
    Path damaged =
        TinyModels.edited(
            TestData.path("clip/vit_gelu"),
            folder,
            tensors -> tensors.put("logit_scale", Tensor.of(new float[] {Float.NaN}, 1)));
    try (DualEncoder model = DualEncoder.load(damaged, LoadOptions.FP32)) {
      ZeroShotClassifier classifier = ZeroShotClassifier.of(model, List.of("dog", "cat"));
      assertThrows(InvalidModelException.class, () -> classifier.classify(IMAGE));
    }
  }

  private static double logitOfMean(DualEncoder model, String one, String other) {
    float[] mean = model.embed(one).vector(0);
    float[] second = model.embed(other).vector(0);
    double length = 0;
    for (int i = 0; i < mean.length; i++) {
      mean[i] += second[i];
      length += mean[i] * mean[i];
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (mean[i] / Math.sqrt(length));
    }
    double cosine = model.embed(IMAGE).similarity(new ImageTextEmbedding(mean, 1));
    return model.similarityScale().orElseThrow().logit(cosine);
  }

  private static double probability(DualEncoder model, String label, List<String> templates) {
    return ZeroShotClassifier.of(model, List.of("dog", "cat"), templates).classify(IMAGE).stream()
        .filter(found -> found.label().equals(label))
        .findFirst()
        .orElseThrow()
        .probability();
  }

  private static void assertRefused(
      DualEncoder model, List<String> labels, List<String> templates, String word) {
    String message =
        assertThrows(
                InvalidOptionException.class, () -> ZeroShotClassifier.of(model, labels, templates))
            .getMessage();
    assertTrue(message.contains(word), message);
  }

  private static DualEncoder clip() {
    return DualEncoder.load(TestData.path("clip/vit_gelu"), LoadOptions.FP32);
  }
}
