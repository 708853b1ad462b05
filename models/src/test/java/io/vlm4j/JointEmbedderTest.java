package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.audio.Audio;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.imagebind.ImageBindModel;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.prompt.Media;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** ImageBind against the reference, in float32. */
@ExtendWith(LeakCheck.class)
class JointEmbedderTest {
  private static final Path TINY = TestData.path("imagebind/tiny");
  private static final Golden GOLDEN = Golden.of("imagebind/tiny", "three-modalities");
  private static final List<String> TEXTS =
      GOLDEN.definition().getList("texts").stream().map(JsonNode::asString).toList();
  private static final Audio SOUND = Audio.read(TestData.path("imagebind/sounds/rising.wav"));

  @Test
  void everyTensorEqualsTheReference() {
    try (JointEmbedder model = load(TINY);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      ((ImageBindModel) model)
          .compare(GOLDEN.images(), TEXTS, Optional.of(GOLDEN.tensor("audio_mel")));
      GOLDEN.assertMatches(trace, "", GOLDEN.expected().names().toArray(String[]::new));
    }
  }

  @Test
  void cosinesTimesTheScaleAreTheReferencesProducts() {
    List<Image> images = GOLDEN.images();
    try (JointEmbedder model = load(TINY);
        TensorScope scope = TensorScope.open()) {
      float[] expected = GOLDEN.tensor("vision_text").toFloats();
      double[][] logits = model.logitsPerImage(images, TEXTS);
      double factor = model.similarityScale().orElseThrow().factor();
      for (int i = 0; i < images.size(); i++) {
        for (int j = 0; j < TEXTS.size(); j++) {
          assertEquals(expected[i * TEXTS.size() + j], logits[i][j], 1e-3);
          double alone = model.similarity(images.get(i), TEXTS.get(j));
          assertEquals(expected[i * TEXTS.size() + j], factor * alone, 1e-3);
        }
      }
      assertEquals(20 * factor, scale(model, Modality.AUDIO, Modality.TEXT), 1e-3);
      assertEquals(20, scale(model, Modality.IMAGE, Modality.AUDIO), 1e-4);
    }
  }

  @Test
  void soundsAreEmbeddedAloneAsTogether() {
    Audio other = Audio.read(TestData.path("imagebind/sounds/dense.wav"));
    try (JointEmbedder model = load(TINY)) {
      List<ImageTextEmbedding> both = model.embedAudio(List.of(SOUND, other));
      assertArrayEquals(model.embed(SOUND).vector(0), both.get(0).vector(0), 1e-5f);
      assertArrayEquals(model.embed(other).vector(0), both.get(1).vector(0), 1e-5f);
      assertEquals(model.spaceSize(), both.get(0).size());
      assertEquals(1, both.get(0).similarity(both.get(0)), 1e-5);
      assertTrue(both.get(0).similarity(both.get(1)) < 1 - 1e-4);
      List<float[]> features = model.features(List.of(Media.of(SOUND), Media.of(image())));
      assertArrayEquals(model.embed(image()).vector(0), features.get(1), 1e-5f);
      ImageTextEmbedding direction = new ImageTextEmbedding(features.get(0), 1);
      double length = Math.sqrt(direction.similarity(direction));
      assertTrue(length < 1, "the mean of several clips"); // no two clips are alike
      assertEquals(length, direction.similarity(both.get(0)), 1e-5);
      Media video = new Media(List.of(image(), image()));
      assertThrows(InvalidPromptException.class, () -> model.features(List.of(video)));
    }
  }

  @Test
  void aSoundChoosesAmongLabels() {
    try (JointEmbedder model = load(TINY)) {
      ZeroShotClassifier classifier = ZeroShotClassifier.of(model, TEXTS, List.of("{}"));
      List<ClassProbability> found = classifier.classify(SOUND);
      double best =
          TEXTS.stream()
              .mapToDouble(text -> model.embed(SOUND).similarity(model.embed(text)))
              .max()
              .orElseThrow();
      String first = found.get(0).label();
      assertEquals(best, model.embed(SOUND).similarity(model.embed(first)), 1e-6);
      assertEquals(1, found.stream().mapToDouble(ClassProbability::probability).sum(), 1e-6);
    }
    try (DualEncoder clip = DualEncoder.load(TestData.path("clip/vit_gelu"), LoadOptions.FP32)) {
      ZeroShotClassifier deaf = ZeroShotClassifier.of(clip, TEXTS);
      assertThrows(UnsupportedModelException.class, () -> deaf.classify(SOUND));
    }
  }

  @Test
  void ofATextThatIsTooLongTheBeginningAloneIsRead() {
    try (JointEmbedder model = load(TINY)) {
      String dogs = "dog ".repeat(40);
      assertArrayEquals(
          model.embed(dogs).vector(0), model.embed(dogs + "and a cat").vector(0), 1e-6f);
    }
  }

  @Test
  void attentionMayGoWithoutExtraKeys(@TempDir Path folder) throws IOException {
    TinyModels.edited(
        TINY, folder, tensors -> tensors.keySet().removeIf(name -> name.contains(".bias_")));
    String message = assertThrows(InvalidModelException.class, () -> load(folder)).getMessage();
    assertTrue(message.contains("bias_k"), message);
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"add_bias_kv\": true", "\"add_bias_kv\": false"));
    try (JointEmbedder with = load(TINY);
        JointEmbedder without = load(folder)) {
      assertTrue(with.embed(SOUND).similarity(without.embed(SOUND)) < 1 - 1e-4);
      assertEquals(1, with.embed("a dog").similarity(without.embed("a dog")), 1e-5);
    }
  }

  @Test
  void whatIsThereOfOtherKindsOfDataIsPassedOver(@TempDir Path folder) {
    TinyModels.edited(
        TINY,
        folder,
        tensors ->
            List.of(
                    "modality_preprocessors.imu.pos_embed",
                    "modality_preprocessors.text.mask",
                    "modality_trunks.depth.blocks.0.norm_1.weight",
                    "modality_heads.imu.3.weight",
                    "modality_postprocessors.thermal.1.log_logit_scale")
                .forEach(name -> tensors.put(name, zeros())));
    load(folder).close();
    TinyModels.edited(TINY, folder.resolve("x"), tensors -> tensors.put("taste", zeros()));
    String message =
        assertThrows(InvalidModelException.class, () -> load(folder.resolve("x"))).getMessage();
    assertTrue(message.contains("taste"), message);
  }

  @Test
  void withoutATokenizerTheRestWorks(@TempDir Path folder) throws IOException {
    TinyModels.copy(TINY, folder);
    Files.delete(folder.resolve("merges.txt"));
    try (JointEmbedder model = load(folder)) {
      assertEquals(model.spaceSize(), model.embed(SOUND).size());
      String message =
          assertThrows(UnsupportedModelException.class, () -> model.embed("a dog")).getMessage();
      assertTrue(message.contains("bpe_simple_vocab_16e6.txt.gz"), message);
    }
  }

  @Test
  void itIsADualEncoderAndOthersAreNoJointEmbedders() {
    try (DualEncoder model = DualEncoder.load(TINY, LoadOptions.FP32)) {
      assertInstanceOf(JointEmbedder.class, model);
    }
    String message =
        assertThrows(UnsupportedModelException.class, () -> load(TestData.path("clip/vit_gelu")))
            .getMessage();
    assertTrue(message.contains("no sounds"), message);
    assertThrows(
        UnsupportedModelException.class,
        () -> VisionLanguageModel.load(TINY, LoadOptions.FP32).close());
  }

  @Test
  void embeddingsThatAreNotNumbersAreAnError(@TempDir Path folder) {
    TinyModels.edited(
        TINY,
        folder,
        tensors -> tensors.put("modality_heads.audio.0.bias", Tensor.of(filled(Float.NaN), 32)));
    try (JointEmbedder model = load(folder)) {
      assertThrows(InvalidModelException.class, () -> model.embed(SOUND));
    }
  }

  private static Tensor zeros() {
    return Tensor.of(new float[32], 1, 1, 32);
  }

  private static float[] filled(float value) {
    float[] values = new float[32];
    Arrays.fill(values, value);
    return values;
  }

  private static double scale(JointEmbedder model, Modality first, Modality second) {
    return model.similarityScale(first, second).factor();
  }

  private static Image image() {
    return GOLDEN.images().get(0);
  }

  private static JointEmbedder load(Path folder) {
    return JointEmbedder.load(folder, LoadOptions.FP32);
  }
}
