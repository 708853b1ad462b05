package io.vlm4j.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the kernel sources as a TorchScript archive: a zip of stored entries with the code and a
 * pickle that makes the one instance of the root class.
 *
 * <p>Format: torch/csrc/jit/docs/serialization.md in PyTorch.
 */
final class TorchScriptArchive {
  private static final String SOURCES = "kernels/";

  /** Pickle protocol 2: an instance of __torch__.Kernels with the attribute training = false. */
  private static final String ROOT_OBJECT =
      "\u0080\u0002c__torch__\nKernels\n)\u0081}(X\u0008\u0000\u0000\u0000training\u0089ub.";

  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private TorchScriptArchive() {}

  /** The archive of all sources that {@code kernels/index.txt} lists, in that order. */
  static byte[] write() {
    StringBuilder code = new StringBuilder();
    resource("index.txt").lines().forEach(name -> code.append(resource(name)).append('\n'));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      store(zip, "data.pkl", ROOT_OBJECT.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "code/__torch__.py", code.toString().getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("kernels/" + name);
    entry.setCrc(crc.getValue());
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String resource(String name) {
    try (InputStream in = TorchScriptArchive.class.getResourceAsStream(SOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + SOURCES + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
