package io.vlm4j.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.parts.ConnectorPart;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorProvider;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The examples run on tiny models. */
@ExtendWith(LeakCheck.class)
class ExamplesTest {
  private static final int WIDTH = TinyModels.WIDTH;
  private static final String PHOTO = path("images/golden/photo.jpg");
  private static final String SMALL = path("images/golden/small.png");

  @TempDir private Path folder;

  @Test
  void caption() {
    assertEquals(1, lines(() -> Caption.main(arguments(PHOTO, path("smolvlm/base")))).size());
  }

  @Test
  void ask() {
    assertFalse(
        lines(() -> Ask.main(arguments(path("smolvlm/base"), PHOTO, "what is this?"))).isEmpty());
  }

  @Test
  void fewShot() {
    String[] arguments = arguments(path("smolvlm/base"), PHOTO, "a dog", SMALL, PHOTO);
    assertFalse(lines(() -> FewShot.main(arguments)).isEmpty());
  }

  @Test
  void swapConnector() {
    String linear = TinyModels.linear(folder.resolve("linear"), WIDTH, WIDTH).toString();
    String mlp = TinyModels.mlp(folder.resolve("mlp"), WIDTH, 32, WIDTH).toString();
    String qformer = TinyModels.qformer(folder.resolve("qformer"), WIDTH, WIDTH).toString();
    String own = scaledLinear(folder.resolve("own")).toString();
    String[] arguments =
        arguments(
            SMALL,
            path(TinyModels.ENCODER),
            path(TinyModels.LANGUAGE_MODEL),
            linear,
            mlp,
            qformer,
            own);
    List<String> lines = lines(() -> SwapConnector.main(arguments));
    for (String connector : List.of(linear, mlp, qformer, own)) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(connector + ": ")), connector);
    }
  }

  @Test
  void threeConnectors() {
    String[] arguments =
        arguments(
            SMALL,
            path(TinyModels.ENCODER),
            path(TinyModels.LANGUAGE_MODEL),
            TinyModels.linear(folder.resolve("linear"), WIDTH, WIDTH).toString(),
            TinyModels.qformer(folder.resolve("qformer"), WIDTH, WIDTH).toString(),
            TinyModels.resampler(folder.resolve("resampler"), WIDTH).toString(),
            TinyModels.crossAttention(folder.resolve("gated"), WIDTH, WIDTH, 2).toString());
    List<String> lines = lines(() -> ThreeConnectors.main(arguments));
    for (String name : List.of("projection", "Q-Former", "resampler and gated cross-attention")) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(name + ": ")), name);
    }
  }

  @Test
  void seeAndHear() {
    String wav = path("imagebind/sounds/short.wav");
    String linear = TinyModels.linear(folder, 24, WIDTH).toString();
    String[] arguments =
        arguments(
            path("imagebind/tiny"), linear, path(TinyModels.LANGUAGE_MODEL), "what?", SMALL, wav);
    List<String> lines = lines(() -> SeeAndHear.main(arguments));
    for (String file : List.of(SMALL, wav)) {
      assertTrue(lines.stream().anyMatch(line -> line.startsWith(file + ": ")), file);
    }
  }

  @Test
  void drawSight() throws IOException {
    Path figure = folder.resolve("sight.svg");
    String image = path("idefics/resampler-qknorm/golden/images/a.png");
    DrawSight.main(
        arguments(
            path("idefics/resampler-qknorm"), figure.toString(), image, "two kittens", image));
    String svg = Files.readString(figure);
    assertTrue(svg.contains("keys of image 2") && svg.contains("#3465a4"), svg);
  }

  @Test
  void theThirdPartyConnectorIsFoundAndComputesWhatItSays() {
    assertTrue(
        ServiceLoader.load(ConnectorProvider.class).stream()
            .anyMatch(provider -> provider.type() == ThirdPartyConnector.Provider.class));
    SafetensorsFile weights =
        SafetensorsFile.open(scaledLinear(folder).resolve("model.safetensors"));
    try (Connector connector = ConnectorPart.load(folder, LoadOptions.FP32);
        TensorScope scope = TensorScope.open()) {
      assertInstanceOf(ThirdPartyConnector.class, connector);
      Tensor features = weights.load("projection.weight").view(1, WIDTH, WIDTH); // any will do
      Tensor expected =
          features
              .matmul(weights.load("projection.weight").transpose(0, 1))
              .add(weights.load("projection.bias"))
              .mul(weights.load("scale"));
      Tensor actual = connector.connect(new ImageFeatures(features, 0, 6, 8));
      assertArrayEquals(expected.toFloats(), actual.toFloats(), 1e-4f);
    }
  }

  @Test
  void anAssembledFolderMayNameTheThirdPartyConnector() {
    TinyModels.assembled(folder.resolve("model"));
    TinyModels.write(
        folder.resolve("model/config.json"),
        """
        {
          "model_type": "vlm4j",
          "encoder": {"path": "encoder"},
          "connector": {"path": "own"},
          "language_model": {"path": "language_model"},
          "prompt": {"user": "{content}", "answer": "", "caption": ""}
        }
        """);
    scaledLinear(folder.resolve("model/own"));
    try (VisionLanguageModel model =
        VisionLanguageModel.load(folder.resolve("model"), LoadOptions.FP32)) {
      assertEquals(
          model.caption(Golden.image("photo.jpg")), model.caption(Golden.image("photo.jpg")));
    }
  }

  private static Path scaledLinear(Path folder) {
    TinyModels.write(
        folder.resolve("config.json"),
        "{\"model_type\": \"scaled_linear\", \"input_size\": 48, \"output_size\": 48}");
    TinyModels.randomWeights(
        folder.resolve("model.safetensors"),
        Map.of(
            "projection.weight", new long[] {WIDTH, WIDTH},
            "projection.bias", new long[] {WIDTH},
            "scale", new long[] {WIDTH}));
    return folder;
  }

  private static List<String> lines(Runnable program) {
    PrintStream standardOut = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(standardOut);
    }
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static String[] arguments(String... arguments) {
    return arguments;
  }

  private static String path(String name) {
    return TestData.path(name).toString();
  }
}
