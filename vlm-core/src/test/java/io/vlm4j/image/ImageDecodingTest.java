package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample picture against the pixels that Pillow reads from it. */
class ImageDecodingTest {
  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(TestData.path("images"))) {
      return files
          .filter(file -> file.toString().matches(".*\\.(jpg|png|gif|bmp|webp|tif)"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void decodesAsPillow(Path file) {
    String name = file.getFileName().toString();
    Image expected =
        Image.read(TestData.path("images/expected/" + name.replace('.', '_') + ".png"));

    Image actual = Image.read(file);

    assertEquals(expected.toString(), actual.toString());
    int worst = Images.largestDifference(expected, actual);
    int allowed = allowedDifference(name);
    assertTrue(worst <= allowed, name + " differs by " + worst + "; allowed " + allowed);
  }

  /**
   * Lossless formats are exact. JPEG decoders may round differently. The decoder of lossy WebP
   * repeats each chroma sample over two by two pixels, where libwebp interpolates between them.
   */
  private static int allowedDifference(String name) {
    return switch (name) {
      case "lossy.webp" -> 10;
      case "jpeg.tif" -> 3;
      default -> name.endsWith(".jpg") ? 3 : 0;
    };
  }
}
