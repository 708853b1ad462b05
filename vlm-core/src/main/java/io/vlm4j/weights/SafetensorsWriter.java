package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files. The same tensors give the same bytes: those with the widest elements
 * come first, so that all are aligned, then they go by name.
 */
public final class SafetensorsWriter {
  /** Elements that are copied out of native memory at a time; their bytes divide by 8. */
  private static final long CHUNK = 1 << 17;

  private SafetensorsWriter() {}

  /**
   * Writes tensors of any type and from any device, as they are.
   *
   * @param file replaced, once all is written, if it exists
   * @param tensors by name
   * @param metadata free text; may be empty
   * @throws VlmException if the file cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafetensorsFile.METADATA)) {
      throw new IllegalArgumentException("no tensor can be called " + SafetensorsFile.METADATA);
    }
    List<Map.Entry<String, Tensor>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, Tensor> e) -> -bytes(e.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .toList();
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(
              unfinished,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeFully(channel, header(ordered, metadata));
        for (Map.Entry<String, Tensor> entry : ordered) {
          writeElements(channel, entry.getValue());
        }
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new VlmException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static int bytes(Tensor tensor) {
    return tensor.dtype().bytes();
  }

  private static ByteBuffer header(
      List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(SafetensorsFile.METADATA, new TreeMap<>(metadata));
    }
    long position = 0;
    for (Map.Entry<String, Tensor> entry : tensors) {
      Tensor tensor = entry.getValue();
      long end = position + Tensor.elements(tensor.shape()) * bytes(tensor);
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", tensor.dtype().safetensorsName());
      description.put("shape", tensor.shape());
      description.put("data_offsets", new long[] {position, end});
      header.put(entry.getKey(), description);
      position = end;
    }
    byte[] json = JsonNode.of(header, "header").toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    buffer.put(json);
    Arrays.fill(buffer.array(), buffer.position(), buffer.capacity(), (byte) ' ');
    return buffer.rewind();
  }

  private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Tensor flat = tensor.to(Device.CPU).contiguous().view(-1);
      long elements = Tensor.elements(flat.shape());
      for (long start = 0; start < elements; start += CHUNK) {
        try (TensorScope chunk = TensorScope.open()) {
          long length = Math.min(CHUNK, elements - start);
          writeFully(channel, flat.narrow(0, start, length).toBytes());
        }
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
