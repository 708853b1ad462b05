package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.VlmException;
import io.vlm4j.image.Image;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.train.TrainingListener.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs from beginning to end, broken off and resumed, and such as cannot begin. */
@ExtendWith(LeakCheck.class)
class TrainerTest {
  @TempDir private Path folder;

  @Test
  void aRunThatWasBrokenOffEndsAsAnUnbrokenOne() throws IOException {
    CaptionedImages data = TinyRun.data(folder);
    Path unbroken = folder.resolve("unbroken");
    List<Double> losses = train(data, unbroken, false, TinyRun.IMAGES);
    Path broken = folder.resolve("broken");
    assertThrows(IllegalStateException.class, () -> train(data, broken, false, 5));
    List<Double> resumed = train(data, broken, true, TinyRun.IMAGES);
    assertEquals(losses.subList(3, 7), resumed); // the last checkpoint was after step 3
    for (String file : List.of("training/checkpoint.safetensors", "connector/model.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(unbroken.resolve(file)), Files.readAllBytes(broken.resolve(file)));
    }
    assertEquals(logged(unbroken), logged(broken));
  }

  /** Trains; breaks off once a step of that number is done. */
  private List<Double> train(CaptionedImages data, Path out, boolean resume, int breakAt) {
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(Progress progress) {
            losses.add(progress.loss());
            if (progress.step() == breakAt) {
              throw new IllegalStateException("broken off");
            }
          }
        };
    try (Trainer trainer =
        Trainer.open(
            TinyRun.parts(folder),
            TinyRun.captions(data),
            TinyRun.options(4, 2),
            TinyRun.run(out, resume),
            listener)) {
      assertEquals(7, trainer.train());
    }
    return losses;
  }

  private static List<String> logged(Path out) throws IOException {
    return Files.readAllLines(out.resolve("training/log.jsonl")).stream()
        .map(line -> JsonNode.parse(line, "log"))
        .map(line -> line.getInt("step") + " " + line.getDouble("loss", 0))
        .toList();
  }

  @Test
  void theLossFallsAndTheModelOpens() {
    CaptionedImages data = TinyRun.data(folder);
    Path out = folder.resolve("out");
    List<Double> losses = train(data, out, false, TinyRun.IMAGES);
    assertTrue(losses.get(6) < losses.get(0), losses.toString());
    try (VisionLanguageModel model = VisionLanguageModel.load(out, LoadOptions.FP32)) {
      assertFalse(model.caption(Image.read(data.images().resolve("1.png"))) == null);
    }
    assertTrue(Files.exists(out.resolve("training/loss.svg")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "qformer", "resampler", "xattn", "xattn-mlp"})
  void newConnectorsLearnAndOpen(String type) {
    CaptionedImages data = TinyRun.data(folder);
    Path out = folder.resolve("out");
    JsonNode small =
        JsonNode.of(
            Map.of("hidden_size", 12, "depth", 1, "heads", 2, "dim_head", 4), "small shapes");
    TrainingParts parts =
        new TrainingParts(
            TestData.path(TinyModels.ENCODER),
            FeatureSelection.LAST_PATCHES,
            2,
            1,
            TestData.path(TinyModels.LANGUAGE_MODEL),
            PromptTemplate.PLAIN,
            new NewConnector(type, small.with("cross_attn_every_n_layers", 1), 1));
    TrainingRun run = TinyRun.run(out, false);
    try (Trainer trainer =
        Trainer.open(
            parts, TinyRun.captions(data), TinyRun.options(4, 1), run, new TrainingListener() {})) {
      assertEquals(7, trainer.train());
    }
    try (VisionLanguageModel model = VisionLanguageModel.load(out, LoadOptions.FP32)) {
      assertFalse(model.caption(Image.read(data.images().resolve("1.png"))) == null);
    }
  }

  @Test
  void passesThatAreAddedUpAreOneStep() {
    CaptionedImages data = TinyRun.data(folder);
    List<Double> losses = new ArrayList<>();
    for (int accumulate : new int[] {1, 4}) {
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void step(Progress progress) {
              losses.add(progress.loss());
            }
          };
      Path out = folder.resolve("by" + accumulate);
      try (Trainer trainer =
          Trainer.open(
              TinyRun.parts(folder),
              TinyRun.captions(data),
              TinyRun.options(8 / accumulate, accumulate),
              TinyRun.run(out, false),
              listener)) {
        trainer.train();
      }
    }
    for (int i = 0; i < 7; i++) {
      assertEquals(losses.get(i), losses.get(i + 7), 1e-3 * losses.get(i));
    }
  }

  @Test
  void otherOptionsDoNotResume() {
    CaptionedImages data = TinyRun.data(folder);
    Path out = folder.resolve("out");
    train(data, out, false, TinyRun.IMAGES);
    String message =
        fails(TinyRun.parts(folder), data, TinyRun.options(2, 1), TinyRun.run(out, true));
    assertTrue(message.contains("batch = 4") && message.contains("has 2"), message);
  }

  @Test
  void aFolderThatIsNotEmptyIsLeftAlone() throws IOException {
    CaptionedImages data = TinyRun.data(folder);
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.writeString(out.resolve("note.txt"), "mine");
    String message =
        fails(TinyRun.parts(folder), data, TinyRun.options(2, 1), TinyRun.run(out, false));
    assertTrue(message.contains("is not empty"), message);
    message = fails(TinyRun.parts(folder), data, TinyRun.options(2, 1), TinyRun.run(out, true));
    assertTrue(message.contains("no checkpoint"), message);
  }

  @Test
  void captionsAndImagesMustGoTogether() throws IOException {
    CaptionedImages data = TinyRun.data(folder);
    Files.writeString(data.captions(), "cat.png\ta cat\n");
    assertTrue(failsWith(data).contains("cat.png, which is not among the images"));
    Files.writeString(data.captions(), "1.png\ta cat\n");
    assertTrue(failsWith(data).contains("has no caption"));
    Files.writeString(data.captions(), "1.png a cat\n");
    assertTrue(failsWith(data).contains("line 1 is no image's name, tab and caption"));
    Files.writeString(data.captions(), "1.png\t \n");
    assertTrue(failsWith(data).contains("an empty caption of 1.png"));
  }

  private String failsWith(CaptionedImages data) {
    return fails(
        TinyRun.parts(folder),
        data,
        TinyRun.options(2, 1),
        TinyRun.run(folder.resolve("out"), false));
  }

  @Test
  void widthsMustMatch() {
    CaptionedImages data = TinyRun.data(folder);
    Path model = TinyModels.assembled(folder.resolve("model"));
    folder.resolve("model/connector/config.json").toFile().delete();
    folder.resolve("model/connector/model.safetensors").toFile().delete();
    TinyModels.linear(model.resolve("connector"), 40, 48);
    String message = failsWith(data);
    assertTrue(message.contains("features of width 48") && message.contains("takes 40"), message);
  }

  @Test
  void aLossThatIsNoNumberStopsTheRun() {
    CaptionedImages data = TinyRun.data(folder);
    Path whole = TinyModels.assembled(folder.resolve("whole"));
    TinyModels.copy(whole, folder.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      folder.resolve("model/connector/" + file).toFile().delete();
    }
    TinyModels.edited(
        whole.resolve("connector"),
        folder.resolve("model/connector"),
        tensors -> tensors.put("bias", Tensor.of(filled(48, Float.NaN), 48)));
    try (Trainer trainer =
        Trainer.open(
            TinyRun.parts(folder),
            TinyRun.captions(data),
            TinyRun.options(2, 1),
            TinyRun.run(folder.resolve("out"), false, 0),
            new TrainingListener() {})) {
      String message = assertThrows(VlmException.class, trainer::train).getMessage();
      assertTrue(message.contains("the loss of step 1 is NaN"), message);
    }
  }

  private static float[] filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void languageModelsWithoutGradientsAreRefused() {
    TrainingParts parts =
        new TrainingParts(
            TestData.path(TinyModels.ENCODER),
            FeatureSelection.LAST_PATCHES,
            1,
            1,
            TestData.path("t5/flan_gated_gelu"),
            PromptTemplate.PLAIN,
            new NewConnector("mlp", JsonNode.empty("none"), 1));
    String message =
        fails(
            parts,
            TinyRun.data(folder),
            TinyRun.options(2, 1),
            TinyRun.run(folder.resolve("out"), false));
    assertTrue(message.contains("decoder-only"), message);
  }

  @Test
  void optionsAreChecked() {
    assertThrows(InvalidOptionException.class, () -> new TrainingOptions(1, 0, 1, 0.1, 0, 0, 0, 1));
    assertThrows(
        InvalidOptionException.class, () -> new TrainingOptions(1, 1, 1, Double.NaN, 0, 0, 0, 1));
    assertThrows(
        InvalidOptionException.class, () -> new NewConnector("magic", JsonNode.empty("none"), 1));
    JsonNode another = JsonNode.of(Map.of("model_type", "mlp"), "another kind");
    assertThrows(InvalidOptionException.class, () -> new NewConnector("xattn", another, 1));
  }

  private static String fails(
      TrainingParts parts, CaptionedImages data, TrainingOptions options, TrainingRun run) {
    CaptionTraining what = TinyRun.captions(data);
    return assertThrows(
            VlmException.class,
            () -> Trainer.open(parts, what, options, run, new TrainingListener() {}))
        .getMessage();
  }
}
