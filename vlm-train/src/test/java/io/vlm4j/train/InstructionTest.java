package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.instruct.LlavaExample;
import io.vlm4j.models.assembled.PromptTemplate;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.train.LanguageTuning.Lora;
import io.vlm4j.weights.GgufConfig;
import io.vlm4j.weights.GgufFile;
import io.vlm4j.weights.GgufNames;
import io.vlm4j.weights.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instruction training against PyTorch and PEFT, where each conversation is a row of its own. */
@ExtendWith(LeakCheck.class)
class InstructionTest {
  private static final JsonNode CASES = JsonNode.read(TestData.path("training/instructions.json"));
  private static final Lora LORA = new Lora(3, 6, List.of());
  private static final double CONNECTOR_RATE = 0.002;
  private static final double LANGUAGE_RATE = 0.005;

  @ParameterizedTest
  @ValueSource(strings = {"full", "lora", "lora of a GGUF file"})
  void gradientsAndLossesAreThoseOfPyTorch(String kind) {
    String name = kind.equals("full") ? kind : "lora";
    SafetensorsFile golden = file(name);
    try (TensorScope scope = TensorScope.open();
        Trainee trainee = Trainee.open(parts(golden), () -> language(kind));
        Parameters parameters = Parameters.of(start(trainee, golden));
        AdamW optimizer = AdamW.of(parameters, 0.05)) {
      trainee.requireMatch(parameters);
      float[] expected = golden.load("losses").toFloats();
      List<Double> losses = new ArrayList<>();
      for (int step = 1; step <= expected.length; step++) {
        Pass.Result result = pass(trainee, parameters, golden);
        if (step == 1) {
          Gradients.requireClose(
              expected[0], Goldens.below(golden, "gradient/", ""), parameters, result);
        }
        losses.add(result.loss());
        Pass.clip(result.gradients(), 1);
        optimizer.step(
            result.gradients(),
            weight -> weight.startsWith("connector.") ? CONNECTOR_RATE : LANGUAGE_RATE,
            step);
      }
      Gradients.requireLosses(expected, losses);
    }
  }

  private static LanguageSide language(String kind) {
    Path folder = TestData.path(TinyModels.LANGUAGE_MODEL);
    return switch (kind) {
      case "full" -> LanguageSide.open(folder, new LanguageTuning.Full(), 0);
      case "lora" -> LanguageSide.open(folder, LORA, 0);
      default -> AdaptedLanguage.of(gguf(folder), LORA, 0);
    };
  }

  /** The same weights in llama.cpp's names and order of rows, with the folder's tokenizer. */
  private static LanguageFiles gguf(Path folder) {
    GgufFile gguf = GgufFile.open(TestData.path("gguf/llama.gguf"));
    LanguageFiles whole = LanguageFiles.open(folder);
    return new LanguageFiles(
        folder,
        GgufConfig.toHubConfig(gguf),
        gguf,
        Optional.of(GgufNames.LLAMA),
        whole.tokenizer(),
        whole.generation());
  }

  private static TrainingParts parts(SafetensorsFile golden) {
    return new TrainingParts(
        TestData.path(TinyModels.ENCODER),
        FeatureSelection.LAST_PATCHES,
        1,
        1,
        TestData.path(TinyModels.LANGUAGE_MODEL),
        PromptTemplate.of(CASES.get("prompt")),
        (features, model) ->
            new ConnectorStart.Weighted(
                CASES.get("connector"),
                Optional.empty(),
                Goldens.below(golden, "weight/", "connector.")));
  }

  /** The adapter's weights are the golden's: new ones would hide half of the gradients. */
  private static Map<String, Tensor> start(Trainee trainee, SafetensorsFile golden) {
    Map<String, Tensor> start = new TreeMap<>(trainee.start());
    Map<String, Tensor> given = Goldens.below(golden, "weight/", "");
    assertTrue(start.keySet().containsAll(given.keySet()), given.keySet().toString());
    start.putAll(given);
    return start;
  }

  /** Conversations with an image in one pass, those without in another. */
  private static Pass.Result pass(Trainee trainee, Parameters parameters, SafetensorsFile golden) {
    ConversationReader reader = new ConversationReader(trainee, 100);
    List<Conversation> all =
        CASES.getList("examples").stream()
            .map(LlavaExample::of)
            .map(one -> reader.read(one, InstructionTest::place).orElseThrow())
            .toList();
    long tokens = all.stream().mapToLong(Conversation::learnt).sum();
    List<Pass.Result> results =
        Stream.of(true, false)
            .map(seeing -> all.stream().filter(c -> c.image().isPresent() == seeing).toList())
            .map(
                some ->
                    Pass.run(
                        () ->
                            trainee.predict(
                                parameters,
                                features(golden, some),
                                length -> InstructionBatch.of(some, length)),
                        parameters,
                        tokens))
            .toList();
    Pass.add(results.get(0).gradients(), results.get(1).gradients());
    return new Pass.Result(
        results.get(0).loss() + results.get(1).loss(), results.get(0).gradients());
  }

  private static int place(String image) {
    return Integer.parseInt(image.substring(0, image.indexOf('.')));
  }

  private static Optional<ImageFeatures> features(SafetensorsFile golden, List<Conversation> some) {
    Tensor[] rows =
        some.stream()
            .flatMap(one -> one.image().stream().boxed())
            .map(place -> golden.load("features").narrow(0, place, 1))
            .toArray(Tensor[]::new);
    return rows.length == 0
        ? Optional.empty()
        : Optional.of(new ImageFeatures(Tensor.cat(0, rows), 0, 4, 4));
  }

  @Test
  void answersStandWhereTheModelWouldGiveThem() {
    try (Trainee trainee = Trainee.open(parts(file("full")), new LanguageTuning.None(), 0)) {
      ConversationReader reader = new ConversationReader(trainee, 100);
      LlavaExample two = LlavaExample.of(CASES.getList("examples").get(0));
      Conversation conversation = reader.read(two, InstructionTest::place).orElseThrow();
      int[] before = trainee.tokens("Q: ");
      int[] asked = trainee.tokens("\nwhat is it\nA: ");
      int[] answer = trainee.tokens("a red dog");
      assertEquals(before.length, conversation.imageAt());
      int first = before.length + asked.length;
      for (int i = 0; i < answer.length; i++) {
        assertEquals(answer[i], conversation.tokens()[first + i]);
        assertEquals(answer[i], conversation.targets()[first - 1 + i]);
      }
      assertEquals(trainee.endToken(), conversation.targets()[first - 1 + answer.length]);
      assertEquals(Conversation.NOTHING, conversation.targets()[first + answer.length]);
      assertEquals(
          answer.length + 1 + trainee.tokens("on the green grass").length + 1,
          conversation.learnt());
    }
  }

  @Test
  void exchangesBeyondTheLimitAreLeftOut() {
    try (Trainee trainee = Trainee.open(parts(file("full")), new LanguageTuning.None(), 0)) {
      LlavaExample two = LlavaExample.of(CASES.getList("examples").get(0));
      Conversation whole =
          new ConversationReader(trainee, 100).read(two, InstructionTest::place).orElseThrow();
      int length = whole.tokens().length;
      Conversation one =
          new ConversationReader(trainee, length - 1)
              .read(two, InstructionTest::place)
              .orElseThrow();
      assertArrayEquals(Arrays.copyOf(whole.tokens(), one.tokens().length), one.tokens());
      assertEquals(trainee.tokens("a red dog").length + 1L, one.learnt());
      assertTrue(new ConversationReader(trainee, 5).read(two, InstructionTest::place).isEmpty());
    }
  }

  @Test
  void aTemplateThatWritesAnswersInTwoWaysIsRefused() {
    TrainingParts parts = parts(file("full"));
    TrainingParts other =
        new TrainingParts(
            parts.encoder(),
            parts.selection(),
            1,
            1,
            parts.languageModel(),
            PromptTemplate.VERBATIM,
            parts.connector());
    try (Trainee trainee = Trainee.open(other, new LanguageTuning.None(), 0)) {
      ConversationReader reader = new ConversationReader(trainee, 100);
      LlavaExample two = LlavaExample.of(CASES.getList("examples").get(0));
      String message =
          assertThrows(InvalidModelException.class, () -> reader.read(two, InstructionTest::place))
              .getMessage();
      assertTrue(message.contains("several turns"), message);
    }
  }

  private static SafetensorsFile file(String name) {
    return SafetensorsFile.open(TestData.path("training/instruct_" + name + ".safetensors"));
  }
}
