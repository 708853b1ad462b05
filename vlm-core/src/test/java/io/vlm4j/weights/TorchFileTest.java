package io.vlm4j.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.TensorScope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchFileTest {
  private static final int MUTATIONS = 3000;

  @TempDir private Path folder;

  @Test
  void tensorsAreMappedWhereverTheDictionaryIs() throws IOException {
    for (String wrapper : new String[] {"", "model_state_dict", "state_dict", "model"}) {
      TorchFile file = TorchFile.open(write(archive(dictionary(wrapper, 6, 0, 3), 6)));
      assertEquals(Set.of("weight"), file.names());
      assertEquals("weight F32 [2, 3]", file.info("weight").toString());
      try (TensorScope scope = TensorScope.open()) {
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, file.load("weight").toFloats());
      }
    }
  }

  @Test
  void aViewBeginsAtItsOffset() throws IOException {
    TorchFile file = TorchFile.open(write(archive(dictionary("", 8, 2, 3), 8)));
    try (TensorScope scope = TensorScope.open()) {
      assertArrayEquals(new float[] {2, 3, 4, 5, 6, 7}, file.load("weight").toFloats());
    }
  }

  @ParameterizedTest
  @CsvSource({"os,system", "posix,system", "builtins,eval", "torch,load", "torch._utils,exec"})
  void whatIsNoTensorIsRefusedByName(String module, String name) throws IOException {
    Pickle direct = new Pickle().global(module, name).text("echo").op(0x85, 'R', '.');
    Pickle byStack = new Pickle().text(module).text(name).op(0x93).text("echo").op(0x85, 'R', '.');
    Pickle nested =
        new Pickle()
            .global("collections", "OrderedDict")
            .op('(', ']', '(')
            .text("key")
            .global(module, name)
            .text("echo")
            .op(0x85, 'R', 't', 'a', 't', 'R', '.');
    for (Pickle pickle : new Pickle[] {direct, byStack, nested}) {
      assertRefused(archive(pickle.bytes(), 1), module + "." + name);
    }
  }

  @Test
  void liesAboutSizesAreRefused() throws IOException {
    assertRefused(archive(dictionary("", 7, 0, 3), 6), "7 elements");
    assertRefused(archive(dictionary("", 6, 1, 3), 6), "beyond its storage");
    assertRefused(archive(dictionary("", 6, 0, 1), 6), "strides");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] whole = archive(dictionary("", 6, 0, 3), 6);
    for (int length = 0; length < whole.length; length += 7) {
      assertRefused(Arrays.copyOf(whole, length), "");
    }
    byte[] pickle = dictionary("", 6, 0, 3);
    for (int length = 0; length < pickle.length; length++) {
      assertRefused(archive(Arrays.copyOf(pickle, length), 6), "");
    }
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    byte[] whole = archive(dictionary("model", 6, 0, 3), 6);
    Random random = new Random(5);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = whole.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      Path file = write(mutated);
      try (TensorScope scope = TensorScope.open()) {
        TorchFile opened = TorchFile.open(file);
        opened.names().forEach(name -> opened.load(name).copy());
      } catch (VlmException e) {
        assertTrue(e.getMessage().length() < 1000);
      }
    }
  }

  private void assertRefused(byte[] content, String message) throws IOException {
    Path file = write(content);
    VlmException e = assertThrows(VlmException.class, () -> TorchFile.open(file));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("checkpoint.bin"), content);
  }

  /** {"weight": a tensor [2, 3]}, in a dictionary of its own under a name if there is one. */
  private static byte[] dictionary(String wrapper, int elements, int offset, int stride) {
    Pickle pickle = new Pickle();
    if (!wrapper.isEmpty()) {
      pickle.op('}').text("epoch").op('K', 3, 's').text(wrapper);
    }
    pickle
        .op('}')
        .text("weight")
        .global("torch._utils", "_rebuild_tensor_v2")
        .op('(', '(')
        .text("storage")
        .global("torch", "FloatStorage")
        .text("0")
        .text("cpu")
        .op('K', elements, 't', 'Q', 'K', offset, 'K', 2, 'K', 3, 0x86)
        .op('K', stride, 'K', 1, 0x86, 0x89)
        .global("collections", "OrderedDict")
        .op(')', 'R', 't', 'R', 's');
    return pickle.op(wrapper.isEmpty() ? new int[] {'.'} : new int[] {'s', '.'}).bytes();
  }

  private static byte[] archive(byte[] pickle, int elements) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      data.putFloat(i);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      Map<String, byte[]> entries = new TreeMap<>();
      entries.put("archive/data.pkl", pickle);
      entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      entries.put("archive/data/0", data.array());
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        ZipEntry header = new ZipEntry(entry.getKey());
        header.setMethod(ZipEntry.STORED);
        header.setSize(entry.getValue().length);
        header.setCrc(crc.getValue());
        zip.putNextEntry(header);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** Writes pickle operations. */
  private static final class Pickle {
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    Pickle() {
      op(0x80, 2);
    }

    Pickle op(int... operations) {
      for (int operation : operations) {
        code.write(operation);
      }
      return this;
    }

    Pickle text(String text) {
      op(0x8c, text.length());
      code.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Pickle global(String module, String name) {
      op('c');
      code.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    byte[] bytes() {
      return code.toByteArray();
    }
  }
}
