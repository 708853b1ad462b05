package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.generate.TokenScore;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The embedded default against the reference implementation, in float32. */
@ExtendWith(LeakCheck.class)
class DefaultModelTest {
  @Test
  void theCaptionOfAPhotoEqualsTheReference() {
    Path file = TestData.path("default/cameraman.json");
    JsonNode golden = JsonNode.read(file);
    Image photo = Image.read(file.resolveSibling(golden.getString("image")));
    GenerationOptions options =
        GenerationOptions.builder().maxNewTokens(64).sampling(false).topLogits(5).build();
    try (VisionLanguageModel model = VisionLanguageModel.loadDefault(LoadOptions.FP32)) {
      Generation generation = model.generate(Prompt.caption(photo), options);
      assertArrayEquals(golden.get("ids").asInts(), generation.tokenIds());
      assertEquals(golden.getString("text"), generation.text());
      assertFirstStep(golden.get("first_step"), generation.topLogits().get(0));
    }
  }

  private static void assertFirstStep(JsonNode expected, List<TokenScore> actual) {
    int[] ids = expected.get("ids").asInts();
    float[] logits = expected.get("logits").asFloats();
    assertArrayEquals(ids, actual.stream().mapToInt(TokenScore::id).toArray());
    for (int i = 0; i < ids.length; i++) {
      assertEquals(logits[i], actual.get(i).logit(), 1e-4f + 1e-3f * Math.abs(logits[i]));
    }
  }
}
