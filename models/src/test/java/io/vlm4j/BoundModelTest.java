package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.audio.Audio;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.assembled.AssembledConfig;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.prompt.Media;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PandaGPT's shape: an embedding of any bound kind, a linear layer, a language model. */
@ExtendWith(LeakCheck.class)
class BoundModelTest {
  private static final Path BINDER = TestData.path("imagebind/tiny");
  private static final Path LANGUAGE = TestData.path(TinyModels.LANGUAGE_MODEL);
  private static final int SPACE = 24;
  private static final Audio SOUND = Audio.read(TestData.path("imagebind/sounds/rising.wav"));
  private static final Image PHOTO = Golden.image("photo.jpg");
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(8).eosTokenIds(List.of()).build();

  @TempDir private Path folder;

  @Test
  void aSoundIsItsEmbeddingThroughTheLinearLayer() {
    assertComposed(new Part.Sound(SOUND));
  }

  @Test
  void anImageIsItsEmbeddingThroughTheLinearLayer() {
    assertComposed(new Part.Picture(PHOTO));
  }

  /** The logits of "hear" + one vector + " what is this?", put together by hand. */
  private void assertComposed(Part shown) {
    Prompt prompt =
        Prompt.verbatim(List.of(new Part.Text("hear"), shown, new Part.Text(" what is this?")));
    try (VisionLanguageModel model = build(linear());
        TensorScope scope = TensorScope.open()) {
      float[] logits = ((FusionModel) model).promptLogits(prompt).logits().toFloats();
      assertArrayEquals(byHand(shown.media().orElseThrow()), logits, 1e-4f);
    }
  }

  private float[] byHand(Media media) {
    LanguagePart part = LanguageModelPart.load(LANGUAGE, LoadOptions.FP32);
    LanguageModel language = part.model();
    SafetensorsFile weights = SafetensorsFile.open(folder.resolve("linear/model.safetensors"));
    try (JointEmbedder binder = JointEmbedder.load(BINDER, LoadOptions.FP32);
        language;
        Tokenizer tokenizer = part.tokenizer();
        TensorScope scope = TensorScope.open()) {
      float[] feature = binder.features(List.of(media)).get(0);
      float[] weight = weights.load("weight").toFloats();
      float[] token = weights.load("bias").toFloats();
      for (int i = 0; i < token.length; i++) {
        for (int j = 0; j < SPACE; j++) {
          token[i] += weight[i * SPACE + j] * feature[j];
        }
      }
      Tensor inputs =
          Tensor.cat(
              0,
              language.embed(tokenizer.encode("hear", false)),
              Tensor.of(token, 1, token.length),
              language.embed(tokenizer.encode(" what is this?", false)));
      int length = inputs.size(0);
      try (DecodeState state = language.newState(1, length)) {
        return language
            .forward(inputs.view(1, length, token.length), state, LanguageModel.Logits.ALL)
            .toFloats();
      }
    }
  }

  @Test
  void theFolderGivesTheAnswerOfTheBuilder() {
    Prompt prompt = Prompt.builder().audio(SOUND).image(PHOTO).text("what is this?").build();
    linear();
    TinyModels.copy(BINDER, folder.resolve("binder"));
    TinyModels.copy(LANGUAGE, folder.resolve("llm"));
    new AssembledConfig(
            "binder", FeatureSelection.LAST, 1, 1, "linear", "", "llm", PromptTemplate.PANDA_GPT)
        .write(folder);
    try (VisionLanguageModel built = build(folder.resolve("linear"));
        VisionLanguageModel loaded = VisionLanguageModel.load(folder, LoadOptions.FP32);
        Session session = loaded.session()) {
      int[] ids = loaded.generate(prompt, OPTIONS).tokenIds();
      assertArrayEquals(built.generate(prompt, OPTIONS).tokenIds(), ids);
      assertArrayEquals(ids, session.generate(prompt, OPTIONS).tokenIds());
      assertArrayEquals(ids, session.generate(prompt, OPTIONS).tokenIds());
      assertTrue(session.reusedPositions() > 0);
      assertArrayEquals(ids, loaded.generate(prompt, OPTIONS).tokenIds()); // remembered by now
      assertFalse(loaded.caption(PHOTO).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llava/v1_5",
        "smolvlm/base",
        "blip/caption",
        "blip2/opt",
        "idefics/resampler-qknorm",
        "instructblip/vicuna",
        "assembled"
      })
  void otherModelsTakeNoSounds(String name) {
    Path checkpoint = name.equals("assembled") ? TinyModels.assembled(folder) : TestData.path(name);
    Prompt prompt = Prompt.builder().audio(SOUND).text("what is this?").build();
    try (VisionLanguageModel model = VisionLanguageModel.load(checkpoint, LoadOptions.FP32)) {
      String message =
          assertThrows(InvalidPromptException.class, () -> model.generate(prompt, OPTIONS))
              .getMessage();
      assertTrue(message.contains("no sounds"), message);
    }
  }

  @Test
  void thereIsNothingToPoolAndTheWidthsMustMatch() {
    ModelBuilder pooling = builder(linear()).averagePooling(2);
    assertTrue(message(pooling).contains("one vector"));
    String message = message(builder(TinyModels.linear(folder.resolve("wide"), SPACE + 1, 48)));
    assertEquals(
        "the encoder gives embeddings of width 24 but the connector takes 25; choose parts whose"
            + " widths match",
        message);
    assertTrue(message(VisionLanguageModel.builder()).contains("no encoder"));
  }

  private static String message(ModelBuilder builder) {
    return assertThrows(InvalidModelException.class, builder::build).getMessage();
  }

  private Path linear() {
    return TinyModels.linear(folder.resolve("linear"), SPACE, TinyModels.WIDTH);
  }

  private static VisionLanguageModel build(Path connector) {
    return builder(connector).build();
  }

  private static ModelBuilder builder(Path connector) {
    return VisionLanguageModel.builder()
        .encoder(JointEmbedder.load(BINDER, LoadOptions.FP32), LoadOptions.FP32)
        .connector(ConnectorPart.load(connector, LoadOptions.FP32))
        .languageModel(LanguageModelPart.load(LANGUAGE, LoadOptions.FP32))
        .prompt(PromptTemplate.PANDA_GPT);
  }
}
