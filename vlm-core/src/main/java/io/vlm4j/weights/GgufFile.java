package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * A GGUF file: metadata and tensors of one model, which llama.cpp and its kin use.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">format</a>
 */
public final class GgufFile implements WeightSource {
  private static final int MAGIC = 0x46554747;

  private final Path file;
  private final Map<String, Object> metadata;
  private final Map<String, Entry> entries;

  private GgufFile(Path file, Map<String, Object> metadata, Map<String, Entry> entries) {
    this.file = file;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.entries = entries;
  }

  /**
   * Reads and checks the header.
   *
   * @throws InvalidModelException if the file is missing or damaged
   * @throws UnsupportedModelException if a tensor has a type that cannot be read
   */
  public static GgufFile open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      MappedByteBuffer header =
          channel.map(MapMode.READ_ONLY, 0, Math.min(size, Integer.MAX_VALUE));
      header.order(ByteOrder.LITTLE_ENDIAN);
      return read(file, new GgufReader(header, file.toString()), size);
    } catch (NoSuchFileException e) {
      throw new InvalidModelException("no file " + file, e);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** What the file says of the model: Long, Double, Boolean, String, or a List of these. */
  public Map<String, Object> metadata() {
    return metadata;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return entries.get(name).info;
  }

  @Override
  public Tensor load(String name) {
    Entry entry = entries.get(name);
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored = entry.type.plain() == null ? dequantized(entry) : plain(entry);
      return scope.keep(
          RotaryOrder.of(metadata).isPermuted(name)
              ? RotaryOrder.of(metadata).restore(name, stored)
              : stored);
    }
  }

  @Override
  public String origin() {
    return file.toString();
  }

  private Tensor plain(Entry entry) {
    return Tensor.mapFile(file, entry.begin, entry.type.plain(), shape(entry));
  }

  private Tensor dequantized(Entry entry) {
    long blocks = entry.info.elements() / entry.type.blockElements();
    Tensor bytes = Tensor.mapFile(file, entry.begin, DType.UINT8, blocks, entry.type.blockBytes());
    return KernelLibrary.shared().call(entry.type.kernel(), bytes).view(shape(entry));
  }

  private static long[] shape(Entry entry) {
    return entry.info.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private static GgufFile read(Path file, GgufReader reader, long size) {
    if (reader.u32() != MAGIC) {
      throw reader.damaged("it does not begin with GGUF");
    }
    int version = reader.u32();
    if (version != 2 && version != 3) {
      throw new UnsupportedModelException(
          file + " is GGUF version " + version + "; supported are 2 and 3 (little-endian)");
    }
    int tensors = reader.count("the number of tensors", 24);
    int pairs = reader.count("the number of metadata values", 12);
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (int i = 0; i < pairs; i++) {
      String key = reader.string("a metadata key");
      metadata.put(key, reader.value(key));
    }
    Map<String, Header> headers = new LinkedHashMap<>();
    for (int i = 0; i < tensors; i++) {
      Header header = Header.read(reader);
      if (headers.put(header.info.name(), header) != null) {
        throw reader.damaged("it has two tensors " + header.info.name());
      }
    }
    long start = align(reader.position(), alignment(metadata, reader));
    Map<String, Entry> entries = new LinkedHashMap<>();
    headers.forEach((name, header) -> entries.put(name, header.place(file, start, size)));
    return new GgufFile(file, metadata, entries);
  }

  private static long alignment(Map<String, Object> metadata, GgufReader reader) {
    Object alignment = metadata.getOrDefault("general.alignment", 32L);
    if (!(alignment instanceof Long bytes) || bytes < 1 || bytes > 1 << 20) {
      throw reader.damaged("general.alignment is " + alignment);
    }
    return bytes;
  }

  private static long align(long position, long alignment) {
    return (position + alignment - 1) / alignment * alignment;
  }

  private record Entry(TensorInfo info, GgmlType type, long begin) {}

  /** A tensor as the header has it, its place relative to the end of the header. */
  private record Header(TensorInfo info, GgmlType type, long offset) {
    static Header read(GgufReader reader) {
      String name = reader.string("a tensor's name");
      int dimensions = reader.u32();
      if (dimensions < 0 || dimensions > 8) {
        throw reader.damaged("tensor " + name + " has " + dimensions + " dimensions");
      }
      long[] innermostFirst = new long[dimensions];
      for (int i = 0; i < dimensions; i++) {
        innermostFirst[i] = reader.u64("a length of tensor " + name);
      }
      long number = reader.u32();
      GgmlType type =
          GgmlType.of(number)
              .orElseThrow(
                  () ->
                      new UnsupportedModelException(
                          "tensor "
                              + name
                              + " is quantised as "
                              + GgmlType.nameOf(number)
                              + "; supported are "
                              + List.of(GgmlType.values())));
      List<Long> shape =
          LongStream.range(0, dimensions)
              .mapToObj(i -> innermostFirst[dimensions - 1 - (int) i])
              .toList();
      long offset = reader.u64("the offset of tensor " + name);
      return new Header(new TensorInfo(name, type.name(), shape), type, offset);
    }

    Entry place(Path file, long start, long size) {
      try {
        long elements = info.elements();
        long row = info.shape().isEmpty() ? 1 : info.shape().get(info.shape().size() - 1);
        long bytes = Math.multiplyExact(elements / type.blockElements(), type.blockBytes());
        long end = Math.addExact(Math.addExact(start, offset), bytes);
        if (row % type.blockElements() == 0 && end <= size) {
          return new Entry(info, type, start + offset);
        }
      } catch (ArithmeticException e) {
        // beyond all bounds: the same error
      }
      throw new InvalidModelException(
          file
              + ": tensor "
              + info.name()
              + " of shape "
              + info.shape()
              + " and type "
              + type
              + " at offset "
              + offset
              + " does not fit the file of "
              + size
              + " bytes; it may be truncated, download it again");
    }
  }
}
