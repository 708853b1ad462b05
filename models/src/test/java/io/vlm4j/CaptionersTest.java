package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frozen, and Show and Tell. What Frozen computes is among {@link SystemsTest}. */
@ExtendWith(LeakCheck.class)
class CaptionersTest {
  private static final String FROZEN = "frozen/nf_resnet_gpt2";
  private static final String SHOW_AND_TELL = "show_and_tell/cnn_lstm";

  @TempDir private Path temporary;

  static Stream<Golden> captions() {
    return Stream.of(SHOW_AND_TELL, "show_and_tell/two_layers")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("captions")
  void theImageIsTheFirstInputOfTheLstm(Golden golden) {
    try (VisionLanguageModel model = load(golden.checkpoint());
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      ((FusionModel) model).promptLogits(Prompt.caption(golden.images().get(0)));
      Set<String> onTheWay = new TreeSet<>(golden.expected().names());
      onTheWay.removeAll(Set.of("logits", "generated_ids", "beam_ids", "beam_score"));
      onTheWay.forEach(name -> golden.assertClose(name, trace.tensors().get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("captions")
  void greedyAndBeamCaptionsEqualTheReference(Golden golden) {
    Image image = golden.images().get(0);
    GenerationOptions beams = golden.generation();
    GenerationOptions greedy = beams.toBuilder().beams(1).build();
    try (VisionLanguageModel model = load(golden.checkpoint())) {
      Generation words = model.generate(Prompt.caption(image), greedy);
      assertArrayEquals(golden.ints("generated_ids"), words.tokenIds());
      assertEquals(golden.definition().getString("greedy"), words.text());
      golden.assertClose("logits", SystemsTest.stepLogits(words));

      Generation best = model.generate(Prompt.caption(image), beams);
      assertArrayEquals(golden.ints("beam_ids"), best.tokenIds());
      float score = (float) best.sequenceScore().orElseThrow();
      golden.assertClose("beam_score", new Trace.Recorded(new long[0], new float[] {score}, null));
    }
  }

  @Test
  void captionsEndWithTheEndToken() {
    Golden golden = Golden.of(SHOW_AND_TELL, "image0");
    try (VisionLanguageModel model = load(golden.checkpoint())) {
      assertEquals(golden.definition().getString("greedy"), model.caption(golden.images().get(0)));
    }
  }

  @Test
  void aCaptionersSessionRepeatsItself() {
    Golden golden = Golden.of(SHOW_AND_TELL, "image1");
    Prompt prompt = Prompt.caption(golden.images().get(0));
    GenerationOptions greedy = golden.generation().toBuilder().beams(1).build();
    try (VisionLanguageModel model = load(golden.checkpoint());
        Session session = model.session()) {
      for (int i = 0; i < 2; i++) {
        Generation words = session.generate(prompt, greedy);
        assertArrayEquals(golden.ints("generated_ids"), words.tokenIds());
      }
      assertEquals(1, session.reusedPositions()); // the image; the start token is read again
    }
  }

  @Test
  void aCaptionerTakesOneImageAndNoText() {
    Golden golden = Golden.of(SHOW_AND_TELL, "image0");
    Image image = golden.images().get(0);
    try (VisionLanguageModel model = load(golden.checkpoint())) {
      assertThrows(InvalidPromptException.class, () -> model.answer(image, "What is it?"));
      Prompt two = Prompt.builder().image(image).image(image).build();
      assertThrows(InvalidPromptException.class, () -> model.generate(two, golden.generation()));
    }
  }

  @Test
  void frozenLearnsFromExamplesInOneSession() {
    Golden golden = Golden.of(FROZEN, "two-shot");
    List<Image> images = golden.images();
    Prompt examples =
        Prompt.builder()
            .example(images.get(0), "This is a train.")
            .example(images.get(1), "This is a giraffe.")
            .query(images.get(2), " This is a")
            .build();
    try (VisionLanguageModel model = load(golden.checkpoint());
        Session session = model.session()) {
      for (int i = 0; i < 2; i++) {
        Generation generation = session.generate(examples, golden.generation());
        assertArrayEquals(golden.newIds(), generation.tokenIds());
      }
      assertEquals(golden.ints("input_ids").length - 1, session.reusedPositions());
    }
  }

  @Test
  void frozenCaptionsAnImageAlone() {
    Golden golden = Golden.of(FROZEN, "image-only");
    Image image = golden.images().get(0);
    try (VisionLanguageModel model = load(golden.checkpoint())) {
      Generation generation = model.generate(Prompt.caption(image), golden.generation());
      assertArrayEquals(golden.newIds(), generation.tokenIds());
      assertTrue(model.caption(image).startsWith(generation.text().strip()));
    }
  }

  @Test
  void frozenTakesTheArgumentsOfTimmAsTheyAre() throws IOException {
    Golden golden = Golden.of(FROZEN, "caption");
    Path folder = TinyModels.copy(golden.checkpoint(), temporary.resolve("model"));
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "frozen", "image_size": 48, "vision": {
          "architecture": "nf_resnet50",
          "model_args": {"depths": [1, 1, 1, 1], "channels": [16, 32, 48, 64], "stem_chs": 8}}}
        """);
    try (VisionLanguageModel model = load(folder)) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(golden.newIds(), generation.tokenIds());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FROZEN + "| \"num_prefix_tokens\": 2 | \"num_prefix_tokens\": 3 | proj.weight",
        FROZEN + "| \"num_prefix_tokens\": 2 | \"num_prefix_tokens\": 0 | number of prefix tokens",
        FROZEN + "| \"num_features\": 64 | \"num_features\": 80 | vision.num_features is 80",
        FROZEN + "| \"lm\": \"lm\" | \"lm\": \"nowhere\" | no folder",
        SHOW_AND_TELL + "| \"hidden_size\": 32 | \"hidden_size\": 40 | lstm.weight_ih_l0",
        SHOW_AND_TELL + "| \"vocab_size\": 60 | \"vocab_size\": 0 | must be positive",
        SHOW_AND_TELL + "| \"unk_id\": 3 | \"unk_id\": 99 | id 99 of unk_token",
        SHOW_AND_TELL + "| \"embed_size\": 24 | \"num_layers\": 2, \"embed_size\": 24 | _l1",
      })
  void whatContradictsTheCheckpointIsNamed(
      String checkpoint, String text, String other, String words) throws IOException {
    assertRefused(InvalidModelException.class, checkpoint, text, other, words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        FROZEN + "| \"lm\": \"lm\" | \"lm\": \"lm\", \"gates\": 4 | gates",
        FROZEN + "| \"alpha\": 0.2 | \"alpha\": 0.2, \"beta\": 1 | beta",
        FROZEN + "| mean over H and W | max | vision.pool is 'max'",
        FROZEN + "| nf_resnet50 | vgg19 | 'vgg19'",
        FROZEN + "| square, aspect | shortest side, aspect | resize",
        SHOW_AND_TELL + "| \"unk_id\": 3 | \"unk_id\": 3, \"attention\": \"soft\" | attention",
        SHOW_AND_TELL + "| \"bicubic\" | \"cubic\" | interpolation",
      })
  void whatIsNotSupportedIsNamed(String checkpoint, String text, String other, String words)
      throws IOException {
    assertRefused(UnsupportedModelException.class, checkpoint, text, other, words);
  }

  private void assertRefused(
      Class<? extends VlmException> type,
      String checkpoint,
      String text,
      String other,
      String words)
      throws IOException {
    Path folder = TinyModels.copy(TestData.path(checkpoint), temporary.resolve("model"));
    Path config = folder.resolve("config.json");
    String json = Files.readString(config);
    assertTrue(json.contains(text), text);
    Files.writeString(config, json.replace(text, other));
    VlmException e = assertThrows(type, () -> load(folder).close());
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static VisionLanguageModel load(Path folder) {
    return VisionLanguageModel.load(folder, LoadOptions.FP32);
  }
}
