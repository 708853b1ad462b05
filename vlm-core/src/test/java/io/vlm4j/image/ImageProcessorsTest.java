package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.config.JsonNode;
import io.vlm4j.golden.Golden;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every image processor against the pixel values of the reference implementation. */
class ImageProcessorsTest {
  static Stream<Golden> cases() {
    return Stream.of(
            "vit/classifier",
            "dinov2/base",
            "dinov2/swiglu",
            "siglip/vision",
            "siglip/image_text",
            "clip/vit_gelu",
            "clip/vit_quick_gelu",
            "resnet/basic_gelu",
            "resnet/bottleneck_v1",
            "perceiver/learned",
            "perceiver/fourier",
            "perceiver/convolution",
            "llava/v1_5",
            "llava/full_strategy",
            "llava_next/mistral",
            "smolvlm/base",
            "idefics3/base",
            "blip/caption",
            "blip/vqa",
            "blip2/opt",
            "instructblip/vicuna")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pixelValuesEqualTheReference(Golden golden) {
    assertPixelValues(
        golden, process(golden, file -> Golden.image(file.getFileName().toString())), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void pixelValuesFromJpegDifferByThreeLevelsAtMost(Golden golden) {
    float smallestStd = 1;
    for (float std : config(golden).get("image_std").asFloats()) {
      smallestStd = Math.min(smallestStd, std);
    }
    assertPixelValues(golden, process(golden, Image::read), 3 / 255.0 / smallestStd + 1e-5);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void masksAndSizesEqualTheReference(Golden golden) {
    List<ProcessedImage> images = process(golden, Image::read);
    if (golden.expected().names().contains("pixel_attention_mask")) {
      int[] expected = golden.ints("pixel_attention_mask");
      int at = 0;
      for (ProcessedImage image : images) {
        for (byte value : image.pixelMask()) {
          assertEquals(expected[at++], value);
        }
      }
      assertEquals(expected.length, at);
    }
    if (golden.expected().names().contains("image_sizes")) {
      int[] actual =
          images.stream()
              .flatMapToInt(image -> IntStream.of(image.originalHeight(), image.originalWidth()))
              .toArray();
      assertArrayEquals(golden.ints("image_sizes"), actual);
    }
  }

  /**
   * A case's own processor options are left out: the reference ignored {@code do_image_splitting}
   * as an argument of the call, and its tensors show a split picture.
   */
  private static List<ProcessedImage> process(Golden golden, Function<Path, Image> reader) {
    ImageProcessor processor = ImageProcessors.fromConfig(config(golden));
    return golden.imageFiles().stream().map(reader).map(processor::process).toList();
  }

  private static void assertPixelValues(
      Golden golden, List<ProcessedImage> images, double tolerance) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor tensor = golden.tensor("pixel_values");
      int rank = tensor.rank();
      FloatBuffer expected = FloatBuffer.wrap(tensor.toFloats());
      for (ProcessedImage image : images) {
        assertEquals(tensor.size(rank - 2), image.height());
        assertEquals(tensor.size(rank - 1), image.width());
        for (float value : image.pixelValues()) {
          int index = expected.position();
          assertEquals(expected.get(), value, tolerance, () -> golden + ", value " + index);
        }
      }
      assertTrue(!expected.hasRemaining(), () -> expected.remaining() + " values are missing");
    }
  }

  private static JsonNode config(Golden golden) {
    return JsonNode.read(golden.checkpoint().resolve("preprocessor_config.json"));
  }
}
