package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.train.LanguageTuning.Lora;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs of the second stage, from its data to a model that answers. */
@ExtendWith(LeakCheck.class)
class InstructionTrainerTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"lora", "full", "none"})
  void whatIsWrittenOpensAsWhatWasTrained(String tuning) throws IOException {
    Path out = folder.resolve("out");
    List<Double> losses = new ArrayList<>();
    List<String> samples = new ArrayList<>();
    train(tuning(tuning), out, false, 7, losses, samples);
    assertTrue(losses.get(6) < losses.get(0), losses.toString());
    try (VisionLanguageModel model = VisionLanguageModel.load(out, LoadOptions.FP32)) {
      GenerationOptions shortly = GenerationOptions.builder().maxNewTokens(30).build();
      String answer = model.generate(Prompt.of(image(), "what is it"), shortly).text().strip();
      assertEquals(samples.get(samples.size() - 1), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "full"})
  void aRunThatWasBrokenOffEndsAsAnUnbrokenOne(String tuning) throws IOException {
    Path unbroken = folder.resolve("unbroken");
    train(tuning(tuning), unbroken, false, 7, new ArrayList<>(), new ArrayList<>());
    Path broken = folder.resolve("broken");
    assertThrows(
        IllegalStateException.class,
        () -> train(tuning(tuning), broken, false, 5, new ArrayList<>(), new ArrayList<>()));
    train(tuning(tuning), broken, true, 7, new ArrayList<>(), new ArrayList<>());
    String checkpoint = "training/checkpoint.safetensors";
    assertArrayEquals(
        Files.readAllBytes(unbroken.resolve(checkpoint)),
        Files.readAllBytes(broken.resolve(checkpoint)));
  }

  @Test
  void theAdapterIsAsPeftWritesIt() {
    Path out = folder.resolve("out");
    train(tuning("lora"), out, false, 7, new ArrayList<>(), new ArrayList<>());
    JsonNode config = JsonNode.read(out.resolve("language_model/adapter_config.json"));
    assertEquals("LORA", config.getString("peft_type"));
    assertEquals(4, config.getInt("r"));
    assertEquals(
        List.of("q_proj", "v_proj"),
        config.getList("target_modules").stream().map(JsonNode::asString).toList());
    assertTrue(Files.isDirectory(Path.of(config.getString("base_model_name_or_path"))));
  }

  @Test
  void anAdapterNeedsItsTargets() {
    Path out = folder.resolve("out");
    String message =
        assertThrows(
                InvalidModelException.class,
                () -> open(new Lora(4, 8, List.of("qkv")), out, false, new TrainingListener() {}))
            .getMessage();
    assertTrue(message.contains("no matrix qkv"), message);
  }

  @Test
  void theWeightsOfAGgufFileDoNotLearn() throws IOException {
    Path model = TinyModels.assembled(folder.resolve("model"));
    Files.writeString(
        model.resolve("config.json"),
        Files.readString(model.resolve("config.json"))
            .replace(
                "\"path\": \"language_model\"",
                "\"path\": \"" + TestData.path("gguf/llama.gguf") + "\""));
    String message =
        assertThrows(
                InvalidModelException.class,
                () ->
                    open(
                        new LanguageTuning.Full(),
                        folder.resolve("full"),
                        false,
                        new TrainingListener() {}))
            .getMessage();
    assertTrue(message.contains("is a GGUF file"), message);
  }

  @Test
  void anAdapterDoesNotGoOnTopOfAnother() {
    Path first = folder.resolve("first");
    train(tuning("lora"), first, false, 7, new ArrayList<>(), new ArrayList<>());
    TrainingParts parts = TrainingParts.of(first);
    String message =
        assertThrows(
                InvalidModelException.class, () -> Trainee.open(parts, tuning("lora"), 1).close())
            .getMessage();
    assertTrue(message.contains("is an adapter already"), message);
    Trainee.open(parts, new LanguageTuning.None(), 1).close();
    Trainee.open(parts, new LanguageTuning.Full(), 1).close();
  }

  @Test
  void otherTuningsDoNotResume() {
    Path out = folder.resolve("out");
    train(tuning("lora"), out, false, 7, new ArrayList<>(), new ArrayList<>());
    String message =
        assertThrows(
                VlmException.class,
                () -> open(new Lora(2, 8, List.of()), out, true, new TrainingListener() {}))
            .getMessage();
    assertTrue(message.contains("made with tuning = Lora[rank=4"), message);
  }

  @Test
  void dataThatCannotBeLearnt() throws IOException {
    Path file = data();
    Path out = folder.resolve("out");
    Files.writeString(file, "[" + example("x", "missing.png", "a", "b") + "]");
    assertTrue(fails(InvalidImageException.class, out).contains("no image missing.png"));
    Files.writeString(file, "[{\"id\": 1, \"image\": \"1.png\", \"conversations\": []}]");
    assertTrue(fails(InvalidDataException.class, out).contains("0 turns"));
    Files.writeString(file, "[" + example("x", "1.png", "a", "word ".repeat(200)) + "]");
    assertTrue(
        fails(InvalidDataException.class, out).contains("no conversation to learn from within"));
  }

  private <E extends Throwable> String fails(Class<E> type, Path out) {
    return assertThrows(type, () -> open(tuning("lora"), out, false, new TrainingListener() {}))
        .getMessage();
  }

  @Test
  void passesHoldConversationsOfOneKindAndEachOnceAnEpoch() {
    List<Conversation> all =
        IntStream.range(0, 50)
            .mapToObj(
                i ->
                    new Conversation(
                        "c" + i,
                        i % 3 == 0 ? OptionalInt.empty() : OptionalInt.of(i),
                        0,
                        new int[i % 7 + 1],
                        new int[i % 7 + 1],
                        "what?"))
            .toList();
    TrainingOptions options = new TrainingOptions(20, 4, 1, 0.1, 0, 0, 0, 9);
    InstructionSchedule schedule = new InstructionSchedule(options, all);
    int perEpoch = 9 + 5; // of 33 with an image and 17 without
    for (int epoch = 0; epoch < 2; epoch++) {
      Set<String> seen = new HashSet<>();
      for (int step = 0; step < perEpoch; step++) {
        List<Conversation> pass = schedule.step(epoch * perEpoch + step).get(0);
        assertEquals(1, pass.stream().map(c -> c.image().isPresent()).distinct().count());
        pass.forEach(one -> assertTrue(seen.add(one.id())));
      }
      assertEquals(50, seen.size());
    }
    assertNotEquals(schedule.step(0), schedule.step(perEpoch));
    assertEquals(schedule.step(3), new InstructionSchedule(options, all).step(3));
  }

  private static LanguageTuning tuning(String name) {
    return switch (name) {
      case "lora" -> new Lora(4, 8, List.of("q_proj", "v_proj"));
      case "full" -> new LanguageTuning.Full();
      default -> new LanguageTuning.None();
    };
  }

  private void train(
      LanguageTuning tuning,
      Path out,
      boolean resume,
      int breakAt,
      List<Double> losses,
      List<String> samples) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(Progress progress) {
            losses.add(progress.loss());
            if (progress.step() == breakAt && breakAt < 7) {
              throw new IllegalStateException("broken off");
            }
          }

          @Override
          public void sample(int step, String name, String text) {
            samples.add(text);
          }
        };
    try (Trainer trainer = open(tuning, out, resume, listener)) {
      assertEquals(7, trainer.train());
    }
  }

  private Trainer open(LanguageTuning tuning, Path out, boolean resume, TrainingListener listener) {
    Path images = TinyRun.data(folder).images();
    Path file = folder.resolve("data.json");
    InstructionTraining what =
        new InstructionTraining(
            images,
            Files.exists(file) ? file : data(),
            Optional.of(folder.resolve("data.json")),
            tuning,
            0.01,
            100);
    return Trainer.open(
        TinyRun.parts(folder), what, TinyRun.options(2, 2), TinyRun.run(out, resume, 7), listener);
  }

  private Path data() {
    List<String> examples = new ArrayList<>();
    examples.add(example("first", "1.png", "what is it", "a dog"));
    for (int i = 0; i < 5; i++) {
      examples.add(example("e" + i, i + ".png", "what is it", "a dog number " + i));
    }
    examples.add(
        "{\"id\": 7, \"conversations\": [{\"from\": \"human\", \"value\": \"hello\"},"
            + " {\"from\": \"gpt\", \"value\": \"hello you\"}]}");
    try {
      return Files.writeString(
          folder.resolve("data.json"), "[" + String.join(",\n", examples) + "]");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String example(String id, String image, String question, String answer) {
    return """
        {"id": "%s", "image": "%s", "conversations": [
          {"from": "human", "value": "<image>\\n%s"}, {"from": "gpt", "value": "%s"}]}"""
        .formatted(id, image, question, answer);
  }

  private Image image() {
    return Image.read(folder.resolve("images/1.png"));
  }
}
