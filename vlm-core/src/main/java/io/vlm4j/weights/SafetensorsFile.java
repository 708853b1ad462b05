package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file: the length of the header (8 bytes, little-endian), the header as JSON, the
 * tensors' bytes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">format</a>
 */
public final class SafetensorsFile implements WeightSource {
  private static final long MAX_HEADER = 100_000_000;

  private final Path file;
  private final Map<String, Entry> entries;

  private SafetensorsFile(Path file, Map<String, Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads and checks the header.
   *
   * @throws InvalidModelException if the file is missing or its header does not describe it
   */
  public static SafetensorsFile open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      long headerLength = size < 8 ? -1 : read(channel, 0, 8).getLong();
      if (headerLength < 2 || headerLength > Math.min(MAX_HEADER, size - 8)) {
        throw new InvalidModelException(
            file
                + " is not a safetensors file: it has "
                + size
                + " bytes and promises a header of "
                + headerLength
                + "; it may be truncated or a Git LFS pointer, download it again");
      }
      String header =
          StandardCharsets.UTF_8.decode(read(channel, 8, (int) headerLength)).toString();
      return new SafetensorsFile(file, entries(file, header, 8 + headerLength, size));
    } catch (NoSuchFileException e) {
      throw new InvalidModelException("no file " + file, e);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return entries.get(name).info();
  }

  @Override
  public Tensor load(String name) {
    Entry entry = entries.get(name);
    long[] shape = entry.info.shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.mapFile(file, entry.begin, entry.dtype, shape);
  }

  @Override
  public String origin() {
    return file.toString();
  }

  private static Map<String, Entry> entries(Path file, String header, long start, long size) {
    JsonNode json = JsonNode.parse(header, file + " (header)");
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String name : json.keys()) {
      if (!name.equals("__metadata__")) {
        entries.put(name, entry(file, name, json.get(name), start, size));
      }
    }
    requireContiguous(file, entries, start, size);
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode json, long start, long size) {
    String type = json.getString("dtype");
    DType dtype =
        DType.ofSafetensors(type)
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        file
                            + ": tensor "
                            + name
                            + " has the type "
                            + type
                            + "; supported are F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL"));
    List<Long> shape = json.get("shape").asList().stream().map(JsonNode::asLong).toList();
    List<Long> offsets = json.get("data_offsets").asList().stream().map(JsonNode::asLong).toList();
    if (offsets.size() != 2 || shape.stream().anyMatch(length -> length < 0)) {
      throw new InvalidModelException(
          file
              + ": tensor "
              + name
              + " has shape "
              + shape
              + " and data_offsets "
              + offsets
              + "; expected lengths from 0 and two offsets");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin < 0 || end < begin || end > size - start) {
      throw new InvalidModelException(
          file
              + ": tensor "
              + name
              + " lies at bytes "
              + begin
              + " to "
              + end
              + " of "
              + (size - start)
              + "; the file is truncated or its header wrong");
    }
    TensorInfo info = new TensorInfo(name, type, shape);
    if (bytes(shape, dtype) != end - begin) {
      throw new InvalidModelException(
          file
              + ": tensor "
              + name
              + " of shape "
              + shape
              + " and type "
              + type
              + " takes "
              + bytes(shape, dtype)
              + " bytes; its data_offsets hold "
              + (end - begin));
    }
    return new Entry(info, dtype, start + begin, start + end);
  }

  /** The size of a tensor, or -1 if it is beyond all bounds. */
  private static long bytes(List<Long> shape, DType dtype) {
    try {
      long bytes = dtype.bytes();
      for (long length : shape) {
        bytes = Math.multiplyExact(bytes, length);
      }
      return bytes;
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private static void requireContiguous(
      Path file, Map<String, Entry> entries, long start, long size) {
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = start;
    for (Entry entry : ordered) {
      if (entry.begin != position) {
        throw new InvalidModelException(
            file
                + ": tensor "
                + entry.info.name()
                + " begins at byte "
                + entry.begin
                + (entry.begin < position ? ", inside the tensor before it" : " after a gap")
                + "; expected "
                + position);
      }
      position = entry.end;
    }
    if (position != size) {
      throw new InvalidModelException(
          file + " has " + (size - position) + " bytes that belong to no tensor");
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("the file ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private record Entry(TensorInfo info, DType dtype, long begin, long end) {}
}
