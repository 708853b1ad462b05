package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.golden.Golden;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of the hub, of timm and of open_clip load as they are. */
@ExtendWith(LeakCheck.class)
class VisionModelTest {
  @ParameterizedTest
  @CsvSource({
    "vit/classifier, logits",
    "resnet/basic_gelu, logits",
    "resnet/bottleneck_v1, logits",
    "timm/resnet18, logits",
    "nfnet/nf_resnet50, logits",
    "clip/vit_gelu, image_embeds",
    "openclip/resnet, image_embeds",
    "openclip/vit, image_embeds"
  })
  void headsEqualTheReference(String checkpoint, String head) {
    Golden golden = Golden.of(checkpoint).get(0);
    try (VisionModel model =
            VisionModel.load(ModelFolder.open(golden.checkpoint()), LoadOptions.FP32);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      model.run(golden.tensor("pixel_values"));
      golden.assertClose(head, trace.tensors().get(head));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"timm/resnext50d", "nfnet/eca_nfnet", "openclip/vit"})
  void encodersServeAsPartsOfOtherModels(String checkpoint) {
    Golden golden = Golden.of(checkpoint, "photo");
    try (EncoderPart part = EncoderPart.load(golden.checkpoint(), LoadOptions.FP32)) {
      int side = part.encoder().imageSize();
      int pixels = part.processor().process(Golden.image("photo.jpg")).pixelValues().length;
      assertEquals(3 * side * side, pixels);
    }
  }
}
