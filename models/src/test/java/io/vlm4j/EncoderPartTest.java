package io.vlm4j;

import io.vlm4j.golden.Golden;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders out of the checkpoints of whole systems. */
@ExtendWith(LeakCheck.class)
class EncoderPartTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit/classifier",
        "siglip/image_text",
        "blip/caption",
        "blip/vqa",
        "blip/retrieval",
        "blip2/opt",
        "blip2/retrieval",
        "blip2/flan_t5",
        "instructblip/vicuna"
      })
  void theTowerAloneGivesWhatItGivesInItsSystem(String checkpoint) {
    Golden golden = Golden.of(checkpoint).get(0);
    try (EncoderPart part = EncoderPart.load(golden.checkpoint(), LoadOptions.FP32);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      part.encoder().encode(golden.tensor("pixel_values"), FeatureSelection.LAST);
      golden.assertClose(
          "vision_last_hidden_state", trace.tensors().get("vision_last_hidden_state"));
    }
  }
}
