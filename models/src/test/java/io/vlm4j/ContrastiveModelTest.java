package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.matching.TwoTowers;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** CLIP and SigLIP against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class ContrastiveModelTest {
  private static final double CLOSE = 1e-4;
  private static final String CLIP = "clip/vit_quick_gelu";
  private static final String SIGLIP = "siglip/image_text";

  /** The shape of {@link #CLIP} as open_clip says it. */
  private static final String OPEN_CLIP_CONFIG =
      """
      {"model_cfg": {"embed_dim": 24, "quick_gelu": true,
        "vision_cfg": {"image_size": 28, "layers": 2, "width": 48, "head_width": 12,
                       "patch_size": 7, "mlp_ratio": 2.0},
        "text_cfg": {"context_length": 24, "vocab_size": 584, "width": 32, "heads": 4,
                     "layers": 2, "mlp_ratio": 2.0}},
       "preprocess_cfg": {"mean": [0.48145466, 0.4578275, 0.40821073],
                          "std": [0.26862954, 0.26130258, 0.27577711]}}
      """;

  static Stream<Golden> cases() {
    return Stream.of("clip/vit_gelu", CLIP, SIGLIP).flatMap(name -> Golden.of(name).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorEqualsTheReference(Golden golden) {
    try (DualEncoder model = load(golden.checkpoint());
        Trace trace = Trace.start()) {
      ((TwoTowers) model).compare(golden.images(), golden.texts());
      golden.assertMatches(trace, "", golden.expected().names().toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsEqualTheReferenceWhetherTogetherOrOneByOne(Golden golden) {
    List<Image> images = golden.images();
    List<String> texts = golden.texts();
    try (DualEncoder model = load(golden.checkpoint());
        TensorScope scope = TensorScope.open()) {
      float[] expected = golden.tensor("logits_per_image").toFloats();
      double[][] perImage = model.logitsPerImage(images, texts);
      double[][] perText = model.logitsPerText(images, texts);
      SimilarityScale scale = model.similarityScale().orElseThrow();
      for (int i = 0; i < images.size(); i++) {
        for (int j = 0; j < texts.size(); j++) {
          double wanted = expected[i * texts.size() + j];
          double alone = scale.logit(model.similarity(images.get(i), texts.get(j)));
          assertEquals(wanted, perImage[i][j], 2e-3);
          assertEquals(perImage[i][j], perText[j][i], 1e-9);
          assertEquals(perImage[i][j], alone, 1e-3);
        }
      }
    }
  }

  @Test
  void ofATextThatIsTooLongTheBeginningIsRead() {
    try (DualEncoder model = load(TestData.path(CLIP))) {
      String snow = "snow ".repeat(100);
      assertSame(model.embed(snow), model.embed(snow + "and a cat"));
      assertTrue(model.embed(snow).similarity(model.embed("snow")) < 1 - CLOSE);
      assertEquals(24, model.embed("").size());
    }
  }

  /** Published SigLIP has no attention mask; its tokenizer's configuration says so. */
  @Test
  void paddingIsHiddenUnlessTheTokenizerHasNoMask(@TempDir Path folder) throws IOException {
    configured(
        TestData.path(SIGLIP),
        folder,
        "tokenizer_config.json",
        "\\{",
        "{\"model_input_names\": [\"input_ids\"],");
    String shorter = "snow";
    String full = "a cat sitting on a red chair near the window";
    try (DualEncoder masked = load(TestData.path(SIGLIP));
        DualEncoder unmasked = load(folder)) {
      assertSame(masked.embed(full), unmasked.embed(full));
      assertTrue(masked.embed(shorter).similarity(unmasked.embed(shorter)) < 1 - CLOSE);
    }
  }

  @Test
  void sigmoidAndSoftmax() {
    double[] logits = {0, Math.log(3)};
    assertArrayEquals(
        new double[] {0.5, 0.75}, new SimilarityScale(1, 0, true).probabilities(logits), 1e-12);
    assertArrayEquals(
        new double[] {0.25, 0.75}, new SimilarityScale(1, 0, false).probabilities(logits), 1e-12);
    assertEquals(-1, new SimilarityScale(10, -6, true).logit(0.5), 1e-12);
  }

  @Test
  void theSameWeightsUnderTheNamesOfOpenClipGiveTheSameEmbeddings(@TempDir Path folder)
      throws IOException {
    openClip(folder, "");
    Image image = Golden.image("photo.jpg");
    List<String> texts = List.of("a photo of a dog", "snow");
    try (DualEncoder hub = load(TestData.path(CLIP));
        DualEncoder open = load(folder)) {
      assertSame(hub.embed(image), open.embed(image));
      assertSame(hub.embedTexts(texts).get(0), open.embedTexts(texts).get(0));
      assertSame(hub.embed(texts.get(1)), open.embedTexts(texts).get(1));
      assertEquals(
          hub.similarityScale().orElseThrow().factor(),
          open.similarityScale().orElseThrow().factor());
    }
  }

  @Test
  void theTextTowerOfOpenClipMayHaveAPrefix(@TempDir Path folder) throws IOException {
    openClip(folder, "text.");
    try (DualEncoder hub = load(TestData.path(CLIP));
        DualEncoder open = load(folder)) {
      assertSame(hub.embed("snow"), open.embed("snow"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hf_model_name, '\"roberta-base\"'",
    "embed_cls, true",
    "pool_type, '\"eos\"'",
    "ls_init_value, 0.1"
  })
  void otherTextTowersOfOpenClipAreRefused(String key, String value, @TempDir Path folder)
      throws IOException {
    openClip(folder, "");
    Path config = folder.resolve("open_clip_config.json");
    String changed = "\"text_cfg\": {\"" + key + "\": " + value + ",";
    Files.writeString(config, Files.readString(config).replace("\"text_cfg\": {", changed));
    String message = assertThrows(UnsupportedModelException.class, () -> load(folder)).getMessage();
    assertTrue(message.contains(key), message);
  }

  @Test
  void oneTowerMayStandAlone(@TempDir Path folder) {
    Path texts = without(folder.resolve("texts"), "vision_model.", "visual_projection.");
    Path images = without(folder.resolve("images"), "text_model.", "text_projection.");
    Image image = Golden.image("small.png");
    try (DualEncoder both = load(TestData.path(CLIP));
        DualEncoder textSide = load(texts);
        DualEncoder imageSide = load(images)) {
      assertSame(both.embed("snow"), textSide.embed("snow"));
      assertSame(both.embed(image), imageSide.embed(image));
      assertThrows(UnsupportedModelException.class, () -> textSide.embed(image));
      assertThrows(UnsupportedModelException.class, () -> imageSide.embed("snow"));
    }
    Path half = without(folder.resolve("half"), "visual_projection.");
    String message = assertThrows(InvalidModelException.class, () -> load(half)).getMessage();
    assertTrue(message.contains("visual_projection"), message);
  }

  /** {@code CLIPVisionModelWithProjection}: its configuration is the tower's own. */
  @Test
  void theImageSideHasAFolderOfItsOwn(@TempDir Path folder) throws IOException {
    without(folder, "text_model.", "text_projection.", "logit_scale");
    Path config = folder.resolve("config.json");
    JsonNode vision = JsonNode.read(config).get("vision_config");
    Files.writeString(config, vision.with("projection_dim", 24).toString());
    Image image = Golden.image("small.png");
    try (DualEncoder both = load(TestData.path(CLIP));
        DualEncoder imageSide = load(folder)) {
      assertSame(both.embed(image), imageSide.embed(image));
      assertThrows(UnsupportedModelException.class, () -> imageSide.embed("snow"));
    }
  }

  @Test
  void oldConfigurationsOfTheTowersCount(@TempDir Path folder) throws IOException {
    configured(
        TestData.path(CLIP),
        folder,
        "config.json",
        "\"text_config\"",
        "\"text_config\": {}, \"text_config_dict\"");
    try (DualEncoder model = load(TestData.path(CLIP));
        DualEncoder old = load(folder)) {
      assertSame(model.embed("snow"), old.embed("snow"));
    }
  }

  @Test
  void impossibleShapesAreRefused(@TempDir Path folder) throws IOException {
    configured(
        TestData.path(CLIP),
        folder,
        "config.json",
        "\"num_attention_heads\": 4",
        "\"num_attention_heads\": 5");
    String message = assertThrows(InvalidModelException.class, () -> load(folder)).getMessage();
    assertTrue(message.contains("5"), message);
  }

  @Test
  void embeddingsThatAreNotNumbersAreAnError(@TempDir Path folder) {
    Path damaged =
        TinyModels.edited(
            TestData.path(SIGLIP),
            folder,
            tensors -> {
              float[] bias = new float[48];
              bias[3] = Float.NaN;
              tensors.put("text_model.head.bias", Tensor.of(bias, 48));
            });
    try (DualEncoder model = load(damaged)) {
      assertThrows(InvalidModelException.class, () -> model.embed("snow"));
      assertEquals(48, model.embed(Golden.image("small.png")).size());
    }
  }

  @Test
  void modelsWithoutAScaleHaveNoLogits() {
    try (DualEncoder blip = load(TestData.path("blip/retrieval"))) {
      List<Image> images = List.of(Golden.image("small.png"));
      assertThrows(
          UnsupportedModelException.class, () -> blip.logitsPerImage(images, List.of("snow")));
    }
  }

  private static void assertSame(ImageTextEmbedding expected, ImageTextEmbedding actual) {
    assertArrayEquals(expected.vector(0), actual.vector(0), 1e-5f);
  }

  private static DualEncoder load(Path folder) {
    return DualEncoder.load(folder, LoadOptions.FP32);
  }

  private static Path without(Path folder, String... parts) {
    return TinyModels.edited(
        TestData.path(CLIP),
        folder,
        tensors ->
            tensors.keySet().removeIf(name -> Arrays.stream(parts).anyMatch(name::startsWith)));
  }

  private static void configured(
      Path checkpoint, Path folder, String file, String regex, String replacement)
      throws IOException {
    TinyModels.copy(checkpoint, folder);
    Path config = folder.resolve(file);
    Files.writeString(config, Files.readString(config).replaceFirst(regex, replacement));
  }

  /** The hub's checkpoint as open_clip lays it out. */
  private static void openClip(Path folder, String textPrefix) throws IOException {
    TinyModels.edited(TestData.path(CLIP), folder, tensors -> rename(tensors, textPrefix));
    Files.delete(folder.resolve("config.json"));
    Files.delete(folder.resolve("preprocessor_config.json"));
    Files.writeString(folder.resolve("open_clip_config.json"), OPEN_CLIP_CONFIG);
  }

  private static void rename(Map<String, Tensor> tensors, String textPrefix) {
    Map<String, Tensor> hub = new TreeMap<>(tensors);
    tensors.clear();
    tensors.put("logit_scale", hub.get("logit_scale"));
    tensors.put("visual.proj", hub.get("visual_projection.weight").transpose(0, 1).contiguous());
    tensors.put(
        textPrefix + "text_projection",
        hub.get("text_projection.weight").transpose(0, 1).contiguous());
    hub.forEach(
        (name, tensor) -> {
          String plain =
              name.replace("vision_model.", "visual.")
                  .replace("text_model.", textPrefix)
                  .replace("embeddings.token_embedding", "token_embedding")
                  .replace("embeddings.class_embedding", "class_embedding")
                  .replace("embeddings.patch_embedding", "conv1")
                  .replace("embeddings.position_embedding.weight", "positional_embedding")
                  .replace("pre_layrnorm", "ln_pre")
                  .replace("post_layernorm", "ln_post")
                  .replace("final_layer_norm", "ln_final")
                  .replace("encoder.layers", "transformer.resblocks")
                  .replace("layer_norm", "ln_")
                  .replace("fc1", "c_fc")
                  .replace("fc2", "c_proj")
                  .replace("self_attn.out_proj", "attn.out_proj");
          if (name.contains("q_proj")) {
            tensors.put(
                plain.replace("self_attn.q_proj.", "attn.in_proj_"),
                Tensor.cat(
                    0,
                    tensor,
                    hub.get(name.replace("q_proj", "k_proj")),
                    hub.get(name.replace("q_proj", "v_proj"))));
          } else if (name.contains("_model.") && !name.matches(".*([kv]_proj|position_ids).*")) {
            tensors.put(plain, tensor);
          }
        });
  }
}
