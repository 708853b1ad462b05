package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.assembled.AssembledConfig;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.CrossAttentionPart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.LayeredLanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models put together by the builder, and the folders that describe them. */
@ExtendWith(LeakCheck.class)
class AssembledModelTest {
  private static final int WIDTH = TinyModels.WIDTH;
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(8).eosTokenIds(List.of()).build();

  @TempDir private Path folder;

  /** Two encoders, two kinds of connectors with and without pooling, two file formats. */
  static Stream<AssembledConfig> assemblies() {
    return Stream.of(
        config(TinyModels.ENCODER, FeatureSelection.LAST_PATCHES, 1, 1, "linear"),
        config(TinyModels.OTHER_ENCODER, FeatureSelection.LAST, 1, 1, "linear"),
        config(TinyModels.ENCODER, FeatureSelection.LAST_PATCHES, 2, 1, "mlp"),
        config(TinyModels.OTHER_ENCODER, FeatureSelection.LAST_PATCHES, 1, 2, "mlp"),
        config(TinyModels.ENCODER, new FeatureSelection(List.of(-1, -2), false), 2, 2, "mlp"));
  }

  @ParameterizedTest
  @MethodSource("assemblies")
  void theFolderGivesTheAnswerOfTheBuilder(AssembledConfig config) {
    layOut(config);
    int[] expected;
    try (VisionLanguageModel model = build(config)) {
      expected = ids(model);
    }
    config.write(folder);
    try (VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32)) {
      assertArrayEquals(expected, ids(model));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama/mha_untied", "mistral/sliding", "qwen2/tied", "qwen2/untied"})
  void anyLanguageModelWillDo(String name) {
    LanguagePart languageModel = LanguageModelPart.load(TestData.path(name), LoadOptions.FP32);
    TinyModels.linear(folder, WIDTH, languageModel.model().hiddenSize());
    try (VisionLanguageModel model = builder(folder).languageModel(languageModel).build()) {
      assertEquals(8, ids(model).length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama/gqa_tied", "qwen2/tied", "opt/pre_norm", "opt/post_norm_proj", "gpt2/base"})
  void anyDecoderTakesGatedLayersBetweenItsBlocks(String name) {
    LanguagePart alone = LanguageModelPart.load(TestData.path(name), LoadOptions.FP32);
    LayeredLanguageModel decoder = (LayeredLanguageModel) alone.model();
    int size = decoder.blockSize();
    Path gated = TinyModels.crossAttention(folder.resolve("x"), size, WIDTH, decoder.layerCount());
    Path resampler = TinyModels.resampler(folder.resolve("r"), WIDTH);
    try (VisionLanguageModel model =
        VisionLanguageModel.builder()
            .encoder(EncoderPart.load(TestData.path(TinyModels.ENCODER), LoadOptions.FP32))
            .connector(ConnectorPart.load(resampler, LoadOptions.FP32))
            .languageModel(CrossAttentionPart.around(alone, gated, LoadOptions.FP32))
            .prompt(PromptTemplate.PLAIN)
            .build()) {
      assertEquals(8, ids(model).length);
    }
  }

  @Test
  void anEncoderDecoderTakesNoLayersAndIsClosed() {
    LanguagePart t5 = LanguageModelPart.load(TestData.path("t5/flan_gated_gelu"), LoadOptions.FP32);
    Path gated = TinyModels.crossAttention(folder.resolve("x"), 8, WIDTH, 2);
    String message =
        assertThrows(
                InvalidModelException.class,
                () -> CrossAttentionPart.around(t5, gated, LoadOptions.FP32))
            .getMessage();
    assertTrue(message.contains("decoder-only"), message);
  }

  @Test
  void anAssembledFolderMayHoldGatedLayers() {
    AssembledConfig plain =
        config(TinyModels.ENCODER, FeatureSelection.LAST_PATCHES, 1, 1, "resampler");
    AssembledConfig config =
        new AssembledConfig(
            plain.encoder(), plain.selection(), 1, 1, "resampler", "gated", "llm", plain.prompt());
    layOut(plain);
    TinyModels.resampler(folder.resolve("resampler"), WIDTH);
    TinyModels.crossAttention(folder.resolve("gated"), WIDTH, WIDTH, 2);
    config.write(folder);
    try (VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32)) {
      assertEquals(8, ids(model).length);
    }
  }

  @Test
  void widthsThatDoNotMatchAreNamedAndThePartsAreClosed() {
    TinyModels.linear(folder.resolve("in"), 40, WIDTH);
    TinyModels.linear(folder.resolve("out"), WIDTH, 56);
    ModelBuilder narrow = builder(folder.resolve("in")).languageModel(languageModel());
    assertEquals(
        "the encoder gives features of width 48 but the connector takes 40; choose parts whose"
            + " widths match",
        assertThrows(InvalidModelException.class, narrow::build).getMessage());
    ModelBuilder wide = builder(folder.resolve("out")).languageModel(languageModel());
    assertEquals(
        "the connector gives embeddings of width 56 but the language model takes 48; choose parts"
            + " whose widths match",
        assertThrows(InvalidModelException.class, wide::build).getMessage());
  }

  @Test
  void aMissingPartIsNamedAndTheOthersAreClosed() {
    TinyModels.linear(folder, WIDTH, WIDTH);
    assertTrue(message(builder(folder)).contains("no language model"));
    assertTrue(
        message(VisionLanguageModel.builder().languageModel(languageModel()))
            .contains("no encoder"));
  }

  @Test
  void layersOutOfRangeAreErrors() {
    TinyModels.linear(folder, WIDTH, WIDTH);
    ModelBuilder builder = builder(folder).languageModel(languageModel());
    assertTrue(
        message(builder.features(new FeatureSelection(List.of(7), false))).contains("layer 7"));
  }

  @Test
  void aFolderWithAPartThatFailsClosesTheOthers() {
    AssembledConfig config =
        config(TinyModels.ENCODER, FeatureSelection.LAST_PATCHES, 1, 1, "linear");
    layOut(config);
    config.write(folder);
    TinyModels.write(folder.resolve("llm/config.json"), "{\"model_type\": \"llama\"}");
    assertThrows(
        InvalidModelException.class, () -> VisionLanguageModel.load(folder, LoadOptions.FP32));
  }

  private static AssembledConfig config(
      String encoder, FeatureSelection selection, int average, int shuffle, String connector) {
    return new AssembledConfig(
        encoder, selection, average, shuffle, connector, "", "llm", PromptTemplate.PLAIN);
  }

  private void layOut(AssembledConfig config) {
    int inputSize =
        WIDTH * config.selection().widthFactor() * config.pixelShuffle() * config.pixelShuffle();
    Path connector = folder.resolve(config.connector());
    if (config.connector().equals("mlp")) {
      TinyModels.mlp(connector, inputSize, 32, WIDTH);
    } else {
      TinyModels.linear(connector, inputSize, WIDTH);
    }
    TinyModels.copy(TestData.path(config.encoder()), folder.resolve(config.encoder()));
    TinyModels.copy(TestData.path(TinyModels.LANGUAGE_MODEL), folder.resolve("llm"));
  }

  private VisionLanguageModel build(AssembledConfig config) {
    return VisionLanguageModel.builder()
        .encoder(EncoderPart.load(TestData.path(config.encoder()), LoadOptions.FP32))
        .features(config.selection())
        .averagePooling(config.averagePooling())
        .pixelShuffle(config.pixelShuffle())
        .connector(ConnectorPart.load(folder.resolve(config.connector()), LoadOptions.FP32))
        .languageModel(languageModel())
        .prompt(PromptTemplate.PLAIN)
        .build();
  }

  private static ModelBuilder builder(Path connector) {
    return VisionLanguageModel.builder()
        .encoder(EncoderPart.load(TestData.path(TinyModels.ENCODER), LoadOptions.FP32))
        .connector(ConnectorPart.load(connector, LoadOptions.FP32))
        .prompt(PromptTemplate.PLAIN);
  }

  private static LanguagePart languageModel() {
    return LanguageModelPart.load(TestData.path(TinyModels.LANGUAGE_MODEL), LoadOptions.FP32);
  }

  private static String message(ModelBuilder builder) {
    return assertThrows(InvalidModelException.class, builder::build).getMessage();
  }

  private static int[] ids(VisionLanguageModel model) {
    return model
        .generate(Prompt.of(Golden.image("photo.jpg"), "what is this?"), OPTIONS)
        .tokenIds();
  }
}
