package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.fewshot.Example;
import io.vlm4j.fewshot.ExamplePool;
import io.vlm4j.fewshot.LikelihoodClassifier;
import io.vlm4j.fewshot.LikelihoodClassifier.Label;
import io.vlm4j.generate.ContinuationScore;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts with examples, on systems of both fusions. */
@ExtendWith(LeakCheck.class)
class FewShotTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(6).sampling(false).eosTokenIds(List.of()).build();

  @ParameterizedTest
  @ValueSource(strings = {"idefics/resampler-qknorm", "openflamingo/mpt-video", "smolvlm/base"})
  void aSessionPaysForTheExamplesOnceAndAnswersAlike(String name) {
    try (VisionLanguageModel model = load(name);
        Session session = model.session()) {
      Image example = picture(0);
      for (int query = 2; query < 4; query++) {
        Prompt prompt = Prompt.builder().example(example, "a dog").query(picture(query)).build();
        int[] expected = model.generate(prompt, OPTIONS).tokenIds();
        assertArrayEquals(expected, session.generate(prompt, OPTIONS).tokenIds());
      }
      assertTrue(session.reusedPositions() > 5, "reused " + session.reusedPositions());
    }
  }

  /** What the model said is in the state already when the next turn quotes it. */
  @ParameterizedTest
  @ValueSource(strings = {"llava/v1_5", "openflamingo/mpt-video"})
  void aDialogueGoesOnWhereItEnded(String name) {
    try (FusionModel model = (FusionModel) load(name);
        Session session = model.session()) {
      Image image = picture(0);
      String said = "<image> what is this?";
      for (int turn = 0; turn < 3; turn++) {
        Prompt prompt = Prompt.raw(said, List.of(image));
        Generation expected = model.generate(prompt, OPTIONS);
        Generation actual = session.generate(prompt, OPTIONS);
        assertArrayEquals(expected.tokenIds(), actual.tokenIds());
        int earlier = model.language().tokenizer().encode("<image> what is this?").length;
        assertTrue(turn == 0 || session.reusedPositions() >= earlier - 1);
        said += actual.text() + " and then?";
      }
    }
  }

  @Test
  void beamsLeaveTheSessionAsItWas() {
    GenerationOptions beams = OPTIONS.toBuilder().beams(3).build();
    try (VisionLanguageModel model = load("idefics/resampler-qknorm");
        Session session = model.session()) {
      Prompt prompt = Prompt.of(picture(0), "what is this?");
      for (GenerationOptions options : List.of(beams, OPTIONS, beams)) {
        assertArrayEquals(
            model.generate(prompt, options).tokenIds(),
            session.generate(prompt, options).tokenIds());
      }
    }
  }

  @Test
  void aSessionSeesThatAnEarlierImageHasChanged() {
    try (VisionLanguageModel model = load("idefics/resampler-qknorm");
        Session session = model.session()) {
      Image query = picture(2);
      for (Image first : List.of(picture(0), picture(1), picture(0))) {
        Prompt prompt = Prompt.builder().example(first, "a").query(query).build();
        Generation expected = model.generate(prompt, OPTIONS);
        assertArrayEquals(expected.tokenIds(), session.generate(prompt, OPTIONS).tokenIds());
      }
    }
  }

  @Test
  void examplesAreWordedAsTheModelLearntThem() {
    Image image = picture(0);
    Prompt caption = Prompt.builder().example(image, "a dog").query(image).build();
    Prompt question = Prompt.builder().example(image, "what?", "dog").query(image, "who?").build();
    Prompt talk = Prompt.builder().text("one").image(image).text("two").build();
    assertEquals(
        "<image>Output:a dog<|endofchunk|><image>Output:", text("openflamingo/mpt-video", caption));
    assertEquals(
        "<image>Question:what? Short answer:dog<|endofchunk|><image>Question:who? Short answer:",
        text("openflamingo/mpt-video", question));
    assertEquals("one<image>two", text("openflamingo/mpt-video", talk));
    String shown = "<fake_token_around_image><image><fake_token_around_image>";
    assertEquals(
        "<s>User:"
            + shown
            + "what?<end_of_utterance>\nAssistant: dog<end_of_utterance>\nUser:"
            + shown
            + "who?<end_of_utterance>\nAssistant:",
        text("idefics/resampler-qknorm", question));
    assertEquals(
        "<s>User:" + shown + "Describe this image.\nAssistant:",
        text("idefics/no-resampler-vector-alpha", Prompt.caption(image)));
  }

  @Test
  void adjacentImagesShareTheTokenBetweenThem() {
    Prompt prompt =
        Prompt.verbatim(
            List.of(
                new Part.Picture(picture(0)), new Part.Picture(picture(1)), new Part.Text("so")));
    assertEquals(
        "<s><fake_token_around_image><image><fake_token_around_image><image>"
            + "<fake_token_around_image>so",
        text("idefics/no-resampler-vector-alpha", prompt));
  }

  @Test
  void moreFramesThanTheResamplerKnowsAreRefused() {
    try (VisionLanguageModel model = load("openflamingo/mpt-video")) {
      Prompt prompt =
          Prompt.builder()
              .video(List.of(picture(0), picture(1), picture(2), picture(3), picture(0)))
              .build();
      String message =
          assertThrows(InvalidPromptException.class, () -> model.generate(prompt, OPTIONS))
              .getMessage();
      assertTrue(message.contains("5 frames") && message.contains("at most 4"), message);
    }
  }

  /** The scores are those of the logits of one pass over prompt and continuation. */
  @ParameterizedTest
  @ValueSource(strings = {"idefics/resampler-qknorm", "smolvlm/base", "blip2/opt"})
  void scoresAreTheLogitsOfOnePass(String name) {
    try (FusionModel model = (FusionModel) load(name)) {
      Prompt prompt = Golden.of(name).get(0).prompt();
      String text = prompt.rawText().orElseGet(() -> text(model, prompt));
      for (String continuation : List.of(" a dog", " two dogs in the grass")) {
        ContinuationScore score = model.score(prompt, List.of(" other", continuation)).get(1);
        double expected = 0;
        try (TensorScope scope = TensorScope.open()) {
          FusionModel.PromptPass pass =
              model.promptLogits(Prompt.raw(text + continuation, prompt.images()));
          int[] ids = pass.sequence();
          Tensor probabilities = pass.logits().softmax();
          float[] values = probabilities.toFloats();
          int vocabulary = probabilities.size(1);
          int end = ids.length; // of an encoder's prompt without an end token of its own
          for (int i = end - score.tokens(); i < end; i++) {
            expected += Math.log(values[(i - 1) * vocabulary + ids[i]]);
          }
        }
        assertEquals(expected, score.logLikelihood(), 1e-3 * Math.abs(expected) + 1e-4);
        assertTrue(score.tokens() > 0 && score.logLikelihood() <= 0);
      }
    }
  }

  @Test
  void theLikeliestLabelComesFirstAndLengthMayCount() {
    try (VisionLanguageModel model = load("openflamingo/mpt-video")) {
      Prompt prompt = Prompt.builder().example(picture(0), "a dog").query(picture(1)).build();
      List<String> labels = List.of("a", "a dog and another dog", "grass");
      LikelihoodClassifier classifier = LikelihoodClassifier.of(model, labels);
      List<Label> byWhole = classifier.classify(prompt);
      List<Label> byToken = classifier.lengthNormalised().classify(prompt);
      for (List<Label> ranked : List.of(byWhole, byToken)) {
        assertEquals(1, ranked.stream().mapToDouble(Label::probability).sum(), 1e-9);
        assertTrue(ranked.get(0).probability() >= ranked.get(2).probability());
      }
      assertEquals("a", byWhole.get(0).label()); // one token against many
      double longOne = probability(byToken, labels.get(1));
      assertTrue(longOne > probability(byWhole, labels.get(1)), "length counts " + longOne);
    }
  }

  @Test
  void anEncoderDecoderScoresAnswers() {
    try (VisionLanguageModel model = load("blip2/flan_t5")) {
      Prompt prompt = Prompt.of(picture(0), "what is this?");
      List<ContinuationScore> scores = model.score(prompt, List.of("dog", "a dog"));
      assertTrue(scores.stream().allMatch(s -> s.logLikelihood() < 0 && s.tokens() > 0));
      assertEquals(scores, model.score(prompt, List.of("dog", "a dog")));
    }
  }

  @Test
  void labelsThatMeanNothingAreRefused() {
    try (VisionLanguageModel model = load("blip2/opt")) {
      assertThrows(InvalidOptionException.class, () -> LikelihoodClassifier.of(model, List.of()));
      assertThrows(
          InvalidOptionException.class, () -> LikelihoodClassifier.of(model, List.of("a", "a")));
      Prompt prompt = Prompt.caption(picture(0));
      assertThrows(InvalidPromptException.class, () -> model.score(prompt, List.of("a", "")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"siglip/vision", "dinov2/base"})
  void theNearestExampleStandsNextToTheQuery(String name) {
    List<Example> examples =
        List.of(
            Example.caption(Golden.image("photo.jpg"), "a photo"),
            Example.caption(Golden.image("noise.png"), "noise"),
            Example.answer(Golden.image("shapes.png"), "what?", "shapes"));
    try (EncoderPart encoder = EncoderPart.load(TestData.path(name), LoadOptions.FP32)) {
      ExamplePool pool = ExamplePool.of(encoder, examples);
      for (Example example : examples) {
        List<Example> nearest = pool.nearest(example.image(), 2);
        assertEquals(2, nearest.size());
        assertEquals(example, nearest.get(1));
      }
      assertEquals(3, pool.nearest(picture(0), 9).size());
      assertEquals(List.of(), pool.nearest(picture(0), 0));
      assertThrows(InvalidOptionException.class, () -> pool.nearest(picture(0), -1));
      Prompt prompt = pool.prompt(examples.get(2).image(), 1).query(picture(0), "who?").build();
      assertEquals(3, prompt.turns().size());
      assertFalse(prompt.isVerbatim());
    }
  }

  private static double probability(List<Label> labels, String label) {
    return labels.stream()
        .filter(l -> l.label().equals(label))
        .findFirst()
        .orElseThrow()
        .probability();
  }

  private static String text(String name, Prompt prompt) {
    try (FusionModel model = (FusionModel) load(name)) {
      return text(model, prompt);
    }
  }

  private static String text(FusionModel model, Prompt prompt) {
    return model.promptText(prompt);
  }

  private static VisionLanguageModel load(String name) {
    return VisionLanguageModel.load(TestData.path(name), LoadOptions.FP32);
  }

  /** A picture of noise; a number always gives the same. */
  private static Image picture(int number) {
    byte[] rgb = new byte[40 * 30 * 3];
    new Random(number).nextBytes(rgb);
    return Image.ofRgb(40, 30, rgb);
  }
}
