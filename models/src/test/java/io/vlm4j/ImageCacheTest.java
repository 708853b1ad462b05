package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An image that comes again is not encoded again, within the bytes that it may take. */
@ExtendWith(LeakCheck.class)
class ImageCacheTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.builder().maxNewTokens(6).sampling(false).build();

  /** Plain images; images read with the text; images that depend on their neighbours. */
  @ParameterizedTest
  @CsvSource({
    "llava/v1_5, 1, 1",
    "instructblip/vicuna, 1, 2",
    "openflamingo/mpt-video, 1, 1",
  })
  void anImageIsEncodedOnce(String name, int sameQuestion, int otherQuestion) {
    try (VisionLanguageModel model = load(name, LoadOptions.DEFAULT_IMAGE_CACHE_BYTES);
        VisionLanguageModel without = load(name, 0)) {
      Prompt first = Prompt.of(image(), "what is this?");
      Prompt again = Prompt.of(image(), "what is this?");
      Prompt other = Prompt.of(image(), "how many?");
      assertEquals(sameQuestion, encoded(model, first, again));
      assertEquals(otherQuestion - 1, encoded(model, other, again));
      assertEquals(3, encoded(without, first, again, other));
      for (Prompt prompt : new Prompt[] {first, again, other}) {
        assertArrayEquals(ids(without, prompt), ids(model, prompt));
      }
    }
  }

  @Test
  void theOldestIsForgotten() {
    Image image = image();
    Image another = Golden.image("noise.png");
    long one = 400_000; // pixels, pixel values and embeddings of one image, but not of two
    try (VisionLanguageModel model = load("llava/v1_5", one)) {
      assertEquals(1, encoded(model, Prompt.caption(image), Prompt.caption(image)));
      assertEquals(1, encoded(model, Prompt.caption(another)));
      assertEquals(0, encoded(model, Prompt.caption(another)));
    }
    assertThrows(InvalidOptionException.class, () -> LoadOptions.DEFAULT.withImageCacheBytes(-1));
  }

  private static VisionLanguageModel load(String name, long bytes) {
    return VisionLanguageModel.load(
        TestData.path(name), LoadOptions.FP32.withImageCacheBytes(bytes));
  }

  /** Read anew each time: what counts are the pixels. */
  private static Image image() {
    return Golden.image("photo.jpg");
  }

  private static int[] ids(VisionLanguageModel model, Prompt prompt) {
    return model.generate(prompt, OPTIONS).tokenIds();
  }

  /** For how many of some prompts the connector ran. */
  private static int encoded(VisionLanguageModel model, Prompt... prompts) {
    int count = 0;
    for (Prompt prompt : prompts) {
      try (Trace trace = Trace.start()) {
        ids(model, prompt);
        count += trace.tensors().containsKey("connector_output") ? 1 : 0;
      }
    }
    return count;
  }
}
