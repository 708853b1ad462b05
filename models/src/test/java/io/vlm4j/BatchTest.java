package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several prompts at once give what they give one by one. */
@ExtendWith(LeakCheck.class)
class BatchTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(10).sampling(false).build();

  /** Rotary and learned positions, an encoder-decoder, a reading Q-Former, gated layers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "llava/v1_5",
        "smolvlm/base",
        "blip2/opt",
        "blip2/flan_t5",
        "instructblip/vicuna",
        "vit_gpt2/caption",
        "idefics/resampler-qknorm",
        "idefics/no-resampler-vector-alpha",
        "openflamingo/mpt-video"
      })
  void promptsOfDifferentLengths(String name) {
    try (VisionLanguageModel model =
        VisionLanguageModel.load(TestData.path(name), LoadOptions.FP32)) {
      boolean silent = name.startsWith("vit_gpt2");
      List<Prompt> prompts =
          List.of(
              Prompt.caption(image("photo.jpg")),
              silent
                  ? Prompt.caption(image("noise.png"))
                  : Prompt.of(image("noise.png"), "what is in this picture, and where?"),
              silent
                  ? Prompt.caption(image("shapes.png"))
                  : Prompt.of(image("shapes.png"), "what?"));
      for (GenerationOptions options :
          List.of(OPTIONS, OPTIONS.toBuilder().sampling(true).seed(3).topK(20).build())) {
        assertTogetherIsAlone(model, prompts, options);
      }
    }
  }

  /** Some of them look at an image beside the text, some at nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"idefics/resampler-qknorm", "openflamingo/mpt-video"})
  void promptsThatSeeDifferentThings(String name) {
    try (VisionLanguageModel model =
        VisionLanguageModel.load(TestData.path(name), LoadOptions.FP32)) {
      Prompt blind = Prompt.verbatim(List.of(new Part.Text("a photo of")));
      Prompt other = Prompt.verbatim(List.of(new Part.Text("two dogs")));
      Prompt seeing = Prompt.caption(image("photo.jpg"));
      assertTogetherIsAlone(model, List.of(blind, other), OPTIONS);
      assertTogetherIsAlone(model, List.of(blind, seeing), OPTIONS);
      assertTogetherIsAlone(model, List.of(seeing), OPTIONS);
    }
  }

  private static void assertTogetherIsAlone(
      VisionLanguageModel model, List<Prompt> prompts, GenerationOptions options) {
    List<Generation> together = model.generate(prompts, options);
    assertEquals(prompts.size(), together.size());
    for (int i = 0; i < prompts.size(); i++) {
      Generation alone = model.generate(prompts.get(i), options);
      assertArrayEquals(alone.tokenIds(), together.get(i).tokenIds(), "prompt " + i);
      assertEquals(alone.finishReason(), together.get(i).finishReason());
    }
  }

  @Test
  void captionsOfNoImagesAreNone() {
    try (VisionLanguageModel model =
        VisionLanguageModel.load(TestData.path("llava/v1_5"), LoadOptions.FP32)) {
      assertEquals(List.of(), model.captions(List.of()));
      assertEquals(
          List.of(model.caption(image("noise.png"))), model.captions(List.of(image("noise.png"))));
    }
  }

  private static Image image(String name) {
    return Golden.image(name);
  }
}
