package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.parts.EncoderPart;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import org.junit.jupiter.api.Test;
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
    "perceiver/learned, logits",
    "perceiver/fourier, logits",
    "perceiver/convolution, logits",
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

  @Test
  void classesComeWithTheirProbabilitiesTheLikeliestFirst() {
    Golden golden = Golden.of("perceiver/learned", "shapes");
    List<ClassProbability> classes = classify(golden);
    double[] softmax = new double[4];
    try (TensorScope scope = TensorScope.open()) {
      float[] logits = golden.tensor("logits").toFloats();
      double sum = 0;
      for (int i = 0; i < logits.length; i++) {
        softmax[i] = Math.exp(logits[i]);
        sum += softmax[i];
      }
      for (ClassProbability found : classes) {
        assertEquals(softmax[found.index()] / sum, found.probability(), 1e-4);
      }
    }
    List<String> labels = List.of("circle", "square", "triangle", "star");
    classes.forEach(found -> assertEquals(labels.get(found.index()), found.label()));
    for (int i = 1; i < 4; i++) {
      assertTrue(classes.get(i - 1).probability() >= classes.get(i).probability());
    }
  }

  @Test
  void aClassOnItsOwnHasAProbabilityOfItsOwn() {
    Golden golden = Golden.of("perceiver/convolution", "shapes");
    try (TensorScope scope = TensorScope.open()) {
      double logit = golden.tensor("logits").toFloats()[0];
      assertEquals(1 / (1 + Math.exp(-logit)), classify(golden).get(0).probability(), 1e-4);
    }
  }

  @Test
  void anEncoderWithoutClassifierDoesNotClassify() {
    Golden golden = Golden.of("clip/vit_gelu").get(0);
    String message =
        assertThrows(UnsupportedModelException.class, () -> classify(golden)).getMessage();
    assertTrue(message.contains("no classifier"), message);
  }

  private static List<ClassProbability> classify(Golden golden) {
    try (VisionModel model =
        VisionModel.load(ModelFolder.open(golden.checkpoint()), LoadOptions.FP32)) {
      return model.classify(Golden.image("shapes.png"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"perceiver/learned", "timm/resnext50d", "nfnet/eca_nfnet", "openclip/vit"})
  void encodersServeAsPartsOfOtherModels(String checkpoint) {
    Golden golden = Golden.of(checkpoint).get(0);
    try (EncoderPart part = EncoderPart.load(golden.checkpoint(), LoadOptions.FP32)) {
      int side = part.encoder().imageSize();
      int pixels = part.processor().process(Golden.image("photo.jpg")).pixelValues().length;
      assertEquals(3 * side * side, pixels);
    }
  }
}
