package io.vlm4j.encoders.perceiver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.encoders.convnet.ConvNets;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class PerceiverVisionEncoderTest {
  static Stream<Golden> goldens() {
    return Stream.of("perceiver/learned", "perceiver/fourier", "perceiver/convolution")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void inputsAndLatentsEqualTheReference(Golden golden) {
    try (VisionEncoder encoder = ConvNets.load("perceiver/" + golden.checkpoint().getFileName());
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      encoder.encode(golden.tensor("pixel_values"), FeatureSelection.LAST);
      golden.assertMatches(trace, "", "preprocessed_inputs", "latents_last_hidden_state");
    }
  }

  @Test
  void theBlockIsAppliedSeveralTimes() {
    Golden golden = Golden.of("perceiver/learned", "shapes");
    try (VisionEncoder encoder = ConvNets.load("perceiver/learned");
        TensorScope scope = TensorScope.open()) {
      assertEquals(4, encoder.layerCount());
      Tensor pixels = golden.tensor("pixel_values");
      ImageFeatures last = encoder.encode(pixels, FeatureSelection.LAST);
      ImageFeatures fourth = encoder.encode(pixels, new FeatureSelection(List.of(4), true));
      assertArrayEquals(last.hiddenStates().toFloats(), fourth.hiddenStates().toFloats());
      ImageFeatures second = encoder.encode(pixels, new FeatureSelection(List.of(2), true));
      assertTrue(
          Math.abs(second.hiddenStates().toFloats()[0] - last.hiddenStates().toFloats()[0]) > 1e-3);
    }
  }

  @Test
  void imagesThatDoNotFitAreRefused() {
    try (VisionEncoder learned = ConvNets.load("perceiver/learned");
        VisionEncoder convolution = ConvNets.load("perceiver/convolution");
        TensorScope scope = TensorScope.open()) {
      Tensor wide = Tensor.of(new float[3 * 4 * 5], 1, 3, 4, 5);
      String message =
          assertThrows(
                  InvalidImageException.class, () -> learned.encode(wide, FeatureSelection.LAST))
              .getMessage();
      assertTrue(message.contains("image_size"), message);
      assertThrows(
          InvalidImageException.class, () -> convolution.encode(wide, FeatureSelection.LAST));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"v_channels\":16 | \"v_channels\":8 | v_channels",
        "\"qk_channels\":8 | \"qk_channels\":7 | qk_channels",
        "\"num_self_attention_heads\":2 | \"num_self_attention_heads\":3"
            + " | num_self_attention_heads",
        "\"num_blocks\":2 | \"num_blocks\":0 | num_blocks",
        "\"qk_channels\":8 | \"cross_attention_shape_for_attention\":\"v\""
            + " | cross_attention_shape_for_attention",
        "ForImageClassificationLearned | ForOpticalFlow | PerceiverForOpticalFlow",
        "ForImageClassificationLearned | ForMultimodalAutoencoding"
            + " | PerceiverForMultimodalAutoencoding",
        "ForImageClassificationLearned | ForSequenceClassification"
            + " | PerceiverForSequenceClassification",
        "ForImageClassificationLearned | ForMaskedLM | reads texts",
      })
  void whatCannotBeIsRefusedByItsName(String from, String to, String named) {
    String message =
        assertThrows(
                VlmException.class,
                () -> ConvNets.load("perceiver/learned", json -> json.replace(from, to)).close())
            .getMessage();
    assertTrue(message.contains(named), message);
  }

  @Test
  void aConfigurationWithoutArchitecturesIsRefused() {
    assertThrows(
        UnsupportedModelException.class,
        () ->
            ConvNets.load("perceiver/learned", json -> json.replace("architectures", "classes"))
                .close());
  }
}
