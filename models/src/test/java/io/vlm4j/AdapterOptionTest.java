package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.Catalogue;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.masked.MaskedLanguageModel;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link LoadOptions#withAdapter}. */
@ExtendWith(LeakCheck.class)
class AdapterOptionTest {
  private static final String NOWHERE = "nowhere.at_all";
  private static final Pattern LAYERS =
      Pattern.compile(
          ".*(q_proj|query|c_attn|Wqkv|to_q|fc1|fc2|fc6|c_fc|img_embed|SelfAttention\\.q)\\.weight");

  @TempDir private Path folder;

  /** A loader of each kind, and folders for it. */
  static Stream<Arguments> loaders() {
    return Stream.of(
            loader(
                VisionLanguageModel::load,
                "llava/v1_5",
                "llava_next/mistral",
                "smolvlm/base",
                "idefics3/base",
                "blip2/opt",
                "instructblip/vicuna",
                "blip/caption",
                "vit_gpt2/caption",
                "show_and_tell/cnn_lstm",
                "frozen/nf_resnet_gpt2",
                "idefics/resampler-qknorm",
                "openflamingo/mpt-video"),
            loader(
                DualEncoder::load,
                "clip/vit_gelu",
                "siglip/image_text",
                "blip/retrieval",
                "blip2/retrieval"),
            loader(JointEmbedder::load, "imagebind/tiny"),
            loader(
                RegionQuestionAnswerer::load,
                "two_stream/lxmert-pretraining",
                "two_stream/vilbert-tasks",
                "two_stream/visualbert-qa",
                "two_stream/vl-t5"),
            loader(ObjectDetector::load, "detection/detr-tiny", "detection/fasterrcnn-resnet-fpn"),
            loader(OpenVocabularyDetector::load, "owl/owlv2-tiny"),
            loader(MaskedLanguageModel::load, "perceiver/masked_lm"),
            loader(
                (path, options) -> VisionModel.load(ModelFolder.open(path), options),
                "vit/classifier",
                "openclip/vit"),
            loader(EncoderPart::load, "vit/classifier"),
            loader(LanguageModelPart::load, "gpt2/base"))
        .flatMap(stream -> stream);
  }

  private static Stream<Arguments> loader(
      BiFunction<Path, LoadOptions, Object> loader, String... folders) {
    return Stream.of(folders).map(folder -> Arguments.of(folder, loader));
  }

  /** So none ignores it. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("loaders")
  void everyLoaderRefusesAnAdapterThatDoesNotFit(
      String checkpoint, BiFunction<Path, LoadOptions, Object> loader) {
    Path adapter = Adapters.random(folder, "", 8, 8, List.of(NOWHERE));
    assertRefused(
        () -> loader.apply(TestData.path(checkpoint), LoadOptions.FP32.withAdapter(adapter)),
        "no weight in ",
        "for base_model.model." + NOWHERE + ".lora_A.weight");
  }

  /** On as many of its layers as have names of these kinds. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("loaders")
  void everyLoaderTakesAnAdapter(String checkpoint, BiFunction<Path, LoadOptions, Object> loader)
      throws Exception {
    Path path = TestData.path(checkpoint);
    WeightSource weights = weights(path);
    Map<String, long[]> shapes = new TreeMap<>();
    for (String name : weights.names()) {
      List<Long> shape = weights.info(name).shape();
      boolean read = !name.startsWith("encoder.transformer."); // not the words of open_clip
      if (read && LAYERS.matcher(name).matches() && shape.size() == 2) {
        shapes.put(name.replaceFirst("\\.weight$", ""), new long[] {shape.get(0), shape.get(1)});
      }
    }
    assertFalse(shapes.isEmpty());
    Path adapter = Adapters.random(folder, "", shapes);
    Object model = loader.apply(path, LoadOptions.FP32.withAdapter(adapter));
    if (model instanceof LanguagePart part) {
      part.tokenizer().close();
      part.model().close();
    } else {
      ((AutoCloseable) model).close();
    }
  }

  private static WeightSource weights(Path path) {
    if (path.endsWith("nf_resnet_gpt2")) {
      return ModelFolder.open(path.resolve("lm")).weights();
    }
    ModelFolder folder = ModelFolder.open(path);
    return Catalogue.find(folder.modelType())
        .flatMap(provider -> provider.weights(folder))
        .orElseGet(folder::weights);
  }

  /** Here the words of CLIP are not read. */
  @Test
  void whatAnAdapterChangesMustBeUsed() {
    Path clip = TestData.path("clip/vit_gelu");
    String layer = "text_model.encoder.layers.0.self_attn.q_proj";
    List<Long> shape = ModelFolder.open(clip).weights().info(layer + ".weight").shape();
    int width = Math.toIntExact(shape.get(0));
    Path adapter = Adapters.random(folder, "", width, width, List.of(layer));
    assertRefused(
        () -> EncoderPart.load(clip, LoadOptions.FP32.withAdapter(adapter)),
        "1 tensor(s) that are not used here: " + layer + ".weight");
  }

  @Test
  void connectorsTakeAdapters() {
    Path connector = TinyModels.mlp(folder.resolve("connector"), 8, 8, 8);
    Path misfit = Adapters.random(folder.resolve("a"), "", 8, 8, List.of(NOWHERE));
    assertRefused(
        () -> ConnectorPart.load(connector, LoadOptions.FP32.withAdapter(misfit)), NOWHERE);
    Path fit = Adapters.random(folder.resolve("b"), "", 8, 8, List.of("linear_1"));
    ConnectorPart.load(connector, LoadOptions.FP32.withAdapter(fit)).close();
  }

  @Test
  void anAssembledModelPutsItOnItsLanguageModelOrElseItsEncoder() throws IOException {
    int width = TinyModels.WIDTH;
    Path plain = TinyModels.assembled(folder.resolve("plain"));
    double unadapted = likelihood(plain, LoadOptions.FP32);
    List<String> ofEncoder = List.of("vision_model.encoder.layers.0.self_attn.q_proj");
    for (String part : List.of("language_model", "encoder")) {
      Path base = plain.resolve(part).toAbsolutePath();
      Path inPlace = TinyModels.assembled(folder.resolve("with-" + part));
      Files.move(inPlace.resolve(part), folder.resolve("unused-" + part));
      Path adapter =
          part.equals("encoder")
              ? Adapters.random(inPlace.resolve(part), base, width, width, ofEncoder)
              : Adapters.copy("llama", inPlace.resolve(part), base);
      double expected = likelihood(inPlace, LoadOptions.FP32); // the part itself is an adapter
      assertNotEquals(unadapted, expected, 1e-3);
      assertEquals(expected, likelihood(plain, LoadOptions.FP32.withAdapter(adapter)), 1e-6);
      assertRefused(
          () -> likelihood(inPlace, LoadOptions.FP32.withAdapter(adapter)),
          "does not go on top of it");
    }
  }

  @Test
  void thatMayBeAGgufFile() throws IOException {
    Path model = TinyModels.assembled(folder.resolve("model"));
    TinyGguf.withTokenizer(TestData.path("gguf/llama.gguf"), model.resolve("llm.gguf"));
    Path config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"language_model\"}", "\"llm.gguf\"}"));
    LoadOptions options = LoadOptions.FP32.withAdapter(TestData.path("lora/llama"));
    VisionLanguageModel.load(model, options).close();
    Path misfit = Adapters.random(folder.resolve("adapter"), "", 8, 8, List.of(NOWHERE));
    assertRefused(
        () -> VisionLanguageModel.load(model, LoadOptions.FP32.withAdapter(misfit)),
        "no weight of the language model " + model.resolve("llm.gguf"));
  }

  @Test
  void anAdapterMayNameAnAssembledModelAsItsBase() throws IOException {
    TinyModels.assembled(folder.resolve("plain"));
    Path adapter = Adapters.copy("llama", folder.resolve("adapter"), "../plain");
    LoadOptions options = LoadOptions.FP32.withAdapter(TestData.path("lora/llama"));
    assertEquals(
        likelihood(folder.resolve("plain"), options), likelihood(adapter, LoadOptions.FP32), 1e-6);
    assertRefused(() -> likelihood(adapter, options), "does not go on top of it");
  }

  @Test
  void anAdapterForNoPartIsRefused() {
    Path plain = TinyModels.assembled(folder.resolve("plain"));
    Path adapter = Adapters.random(folder.resolve("adapter"), "", 8, 8, List.of(NOWHERE));
    assertRefused(
        () -> likelihood(plain, LoadOptions.FP32.withAdapter(adapter)),
        "fits no part of " + plain,
        NOWHERE + ".lora_A.weight");
    assertRefused(
        () -> likelihood(plain, LoadOptions.FP32.withAdapter(plain)), "has no adapter_config.json");
  }

  /** Of its language model, whose folder has a name of its own. */
  @Test
  void frozenModelsAdaptTheirLanguageModel() {
    Path adapter = Adapters.random(folder, "", 32, 32, List.of("transformer.h.0.attn.c_proj"));
    Path frozen = TestData.path("frozen/nf_resnet_gpt2");
    assertNotEquals(
        likelihood(frozen, LoadOptions.FP32),
        likelihood(frozen, LoadOptions.FP32.withAdapter(adapter)),
        1e-3);
  }

  @Test
  void otherOptionsKeepIt() {
    LoadOptions options =
        LoadOptions.DEFAULT
            .withAdapter(folder)
            .withPrecision(LoadOptions.FP32.placement().precision())
            .withDevice(LoadOptions.FP32.placement().device())
            .withProgress(share -> {})
            .withImageCacheBytes(0);
    assertEquals(folder, options.adapter().orElseThrow());
    assertTrue(options.withoutAdapter().adapter().isEmpty());
    assertEquals(0, options.withoutAdapter().imageCacheBytes());
  }

  private static double likelihood(Path path, LoadOptions options) {
    Image image = Golden.image("small.png");
    try (VisionLanguageModel model = VisionLanguageModel.load(path, options)) {
      return model.score(Prompt.of(image, "What is it?"), List.of(" a dog")).get(0).logLikelihood();
    }
  }

  private static void assertRefused(Executable loading, String... words) {
    String message = assertThrows(InvalidModelException.class, loading).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }
}
