package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What tests of weight files share: a folder, a leak check, and damaged files. */
@ExtendWith(LeakCheck.class)
abstract class WeightsTestBase {
  @TempDir Path dir;

  /** A safetensors file of any header and any bytes. */
  Path safetensors(String name, String header, int dataBytes) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return write(name, buffer.putLong(json.length).put(json).array());
  }

  Path write(String name, byte[] bytes) {
    try {
      return Files.write(dir.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The call fails with one line that has these parts. */
  static void assertInvalid(Executable call, String... parts) {
    String message = assertThrows(InvalidModelException.class, call).getMessage();
    assertFalse(message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
    }
  }

  /** Some bytes of the header are changed; the file may lose its end. */
  static byte[] mutated(byte[] original, int headerLength, Random random) {
    byte[] bytes = original.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(headerLength);
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 2 -> original[random.nextInt(headerLength)];
            default -> (byte) (random.nextBoolean() ? 0xff : 0);
          };
    }
    return random.nextInt(8) == 0
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
        : bytes;
  }

  /** Opens a file and reads all of its tensors: only a typed error may come of it. */
  static boolean readsOrFails(Path file) {
    try (TensorScope scope = TensorScope.open()) {
      WeightSource source = WeightSources.open(file);
      for (String name : source.names()) {
        TensorInfo info = source.info(name);
        Tensor tensor = source.load(name);
        assertEquals(info.elements(), tensor.toFloats().length);
      }
      if (source instanceof GgufFile gguf) {
        GgufConfig.toHubConfig(gguf);
      }
      return true;
    } catch (VlmException e) {
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
      return false;
    }
  }
}
