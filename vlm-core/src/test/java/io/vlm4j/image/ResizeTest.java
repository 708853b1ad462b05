package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.InvalidOptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResizeTest {
  static List<String> resizes() throws IOException {
    return Files.readAllLines(TestData.path("images/resizes.txt"));
  }

  /** All filters, growing and shrinking: every byte is Pillow's. */
  @ParameterizedTest
  @MethodSource("resizes")
  void equalsPillow(String line) {
    String[] fields = line.split(" ", -1);
    Image picture = Image.read(TestData.path("images/" + fields[0]));

    Image resized =
        picture.resize(
            Integer.parseInt(fields[1]),
            Integer.parseInt(fields[2]),
            Resampling.valueOf(fields[3]));

    CRC32 crc = new CRC32();
    crc.update(resized.rgb());
    assertEquals(fields[4], "%08x".formatted(crc.getValue()));
  }

  @Test
  void theSameSizeIsTheSamePicture() {
    Image picture = Images.noise(5, 4, 1);

    assertSame(picture, picture.resize(5, 4, Resampling.LANCZOS));
  }

  @Test
  void refusesSizesBelowOneAndBeyondAnArray() {
    Image picture = Images.noise(5, 4, 1);

    assertThrows(InvalidOptionException.class, () -> picture.resize(0, 4, Resampling.BICUBIC));
    assertThrows(
        InvalidImageException.class, () -> picture.resize(50_000, 50_000, Resampling.BICUBIC));
    assertThrows(
        InvalidImageException.class, () -> picture.resize(50_000, 50_000, Resampling.NEAREST));
    assertThrows(
        InvalidImageException.class,
        () -> picture.resize(Integer.MAX_VALUE, 1, Resampling.LANCZOS));
    assertThrows(
        InvalidImageException.class,
        () -> picture.resize(Integer.MAX_VALUE, 1, Resampling.NEAREST));
  }
}
