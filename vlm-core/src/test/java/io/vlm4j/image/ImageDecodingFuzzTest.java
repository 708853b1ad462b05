package io.vlm4j.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidImageException;
import io.vlm4j.error.VlmException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files end in a typed error of one line, or in a picture. */
class ImageDecodingFuzzTest {
  private static final int MUTATIONS = 400;

  /** Small, so that a damaged header cannot make the test slow. */
  private static final DecodeOptions OPTIONS = new DecodeOptions(200_000);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "progressive.jpg",
        "cmyk.jpg",
        "orientation6.jpg",
        "rgb.png",
        "palette_transparent.png",
        "orientation6.png",
        "animated.gif",
        "offset.gif",
        "palette.bmp",
        "rgba.bmp",
        "lossless.webp",
        "lossy.webp",
        "orientation6.webp",
        "rgb_tiff_lzw.tif",
        "jpeg.tif",
        "orientation6.tif"
      })
  void mutationsEndInATypedError(String name) throws IOException {
    byte[] original = Files.readAllBytes(TestData.path("images/" + name));
    Random random = new Random(name.hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutate(original, random);
      try {
        Image.decode(mutated, name, OPTIONS);
      } catch (VlmException e) {
        assertOneLine(e);
      }
    }
  }

  @Test
  void absentFile() {
    assertMessage("no image file", folder.resolve("absent.png"));
  }

  @Test
  void folderInsteadOfFile() {
    assertMessage("is not a file", folder);
  }

  @Test
  void emptyFile() throws IOException {
    assertMessage("is empty", write("empty.png", new byte[0]));
  }

  @Test
  void textNamedJpg() throws IOException {
    byte[] text = "Not a picture\nat all".getBytes(StandardCharsets.US_ASCII);

    assertMessage("known format (it starts with \"Not a pictur", write("text.jpg", text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ycc420.jpg",
        "progressive.jpg",
        "cmyk.jpg",
        "rgb.png",
        "palette.png",
        "transparent.gif",
        "rgb.bmp",
        "lossless.webp",
        "lossy.webp",
        "rgb_raw.tif",
        "rgb_tiff_lzw.tif"
      })
  void truncatedFileIsNeverHalfAPicture(String name) throws IOException {
    byte[] data = Files.readAllBytes(TestData.path("images/" + name));
    for (int percent : new int[] {20, 50, 75, 90}) {
      byte[] cut = Arrays.copyOf(data, data.length * percent / 100);

      assertThrows(
          InvalidImageException.class, () -> Image.decode(cut, name), name + " at " + percent);
    }
  }

  @Test
  void jpegWithoutItsEndIsTruncated() throws IOException {
    byte[] jpeg = Files.readAllBytes(TestData.path("images/ycc420.jpg"));

    assertMessage("truncated", write("short.jpg", Arrays.copyOf(jpeg, jpeg.length - 2)));
  }

  /** The header alone decides: nothing of that size is allocated. */
  @Test
  void pngHeaderOfTwoAndAHalfGigapixels() throws IOException {
    Path file = write("bomb.png", pngHeader(50_000, 50_000));

    assertMessage("50000 x 50000 pixels, more than the limit", file);
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] mutated = original.clone();
    switch (random.nextInt(4)) {
      case 0 -> mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length));
      case 1 -> { // headers are where the lies are
        for (int i = 0; i < 3; i++) {
          mutated[random.nextInt(Math.min(64, mutated.length))] = (byte) random.nextInt(256);
        }
      }
      case 2 -> {
        int at = random.nextInt(mutated.length - 4);
        Arrays.fill(mutated, at, at + 4, (byte) (random.nextBoolean() ? 0xFF : 0x7F));
      }
      default -> {
        for (int i = 0; i < 8; i++) {
          mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    return mutated;
  }

  private static byte[] pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(header);
    out.writeBytes("IHDR");
    out.writeInt(width);
    out.writeInt(height);
    out.write(new byte[] {8, 2, 0, 0, 0}); // 8-bit RGB
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());

    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream file = new DataOutputStream(png);
    file.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    file.writeInt(13);
    file.write(header.toByteArray());
    file.writeInt((int) crc.getValue());
    file.writeInt(0);
    file.writeBytes("IDAT");
    file.writeInt(0x35AF061E);
    return png.toByteArray();
  }

  private Path write(String name, byte[] data) throws IOException {
    return Files.write(folder.resolve(name), data);
  }

  private static void assertMessage(String part, Path file) {
    InvalidImageException e = assertThrows(InvalidImageException.class, () -> Image.read(file));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
    assertOneLine(e);
  }

  private static void assertOneLine(VlmException e) {
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }
}
