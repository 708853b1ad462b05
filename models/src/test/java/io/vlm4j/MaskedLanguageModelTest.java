package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.masked.MaskedLanguageModel;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class MaskedLanguageModelTest {
  private static final String CHECKPOINT = "perceiver/masked_lm";

  static Stream<Golden> goldens() {
    return Golden.of(CHECKPOINT).stream();
  }

  private static MaskedLanguageModel load() {
    return MaskedLanguageModel.load(TestData.path(CHECKPOINT), LoadOptions.FP32);
  }

  /** The reference's text is padded, and its padding masked; ours is not padded. */
  private static int[] ids(Golden golden) {
    int length = Arrays.stream(golden.ints("attention_mask")).sum();
    return Arrays.copyOf(golden.ints("input_ids"), length);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void logitsOfAllPlacesEqualTheReference(Golden golden) {
    try (MaskedLanguageModel model = load();
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      model.logits(ids(golden));
      golden.assertMatches(trace, "", "latents_last_hidden_state", "logits");
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void gapsAreFilledAsTheReferenceFillsThem(Golden golden) {
    String text = golden.definition().getString("text");
    int[] span = golden.definition().get("mask_byte_span").asInts();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String before = new String(bytes, 0, span[0], StandardCharsets.UTF_8);
    String after = new String(bytes, span[1], bytes.length - span[1], StandardCharsets.UTF_8);
    try (MaskedLanguageModel model = load()) {
      String masked = before + "[MASK]".repeat(span[1] - span[0]) + after;
      assertArrayEquals(ids(golden), model.tokenizer().encode(masked));
      assertArrayEquals(golden.ints("predicted_ids"), model.predict(ids(golden)));
      assertEquals(before + golden.definition().getString("filled") + after, model.fill(masked));
    }
  }

  @Test
  void textsThatCannotBeFilledAreRefused() {
    try (MaskedLanguageModel model = load()) {
      String message =
          assertThrows(InvalidPromptException.class, () -> model.fill("no gap")).getMessage();
      assertTrue(message.contains("[MASK]"), message);
      String tooLong = "[MASK]".repeat(model.maxPositions() - 1);
      message = assertThrows(InvalidPromptException.class, () -> model.fill(tooLong)).getMessage();
      assertTrue(message.contains("27 tokens"), message);
      assertEquals(0, model.predict(4, 70, 5).length);
    }
  }

  @Test
  void otherModelsAreRefusedByTheirType() {
    for (String other : new String[] {"perceiver/learned", "vit/classifier"}) {
      assertThrows(
          UnsupportedModelException.class,
          () -> MaskedLanguageModel.load(TestData.path(other), LoadOptions.FP32).close());
    }
  }
}
