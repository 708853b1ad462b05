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
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * A safetensors file: the length of the header (8 bytes, little-endian), the header as JSON, the
 * tensors' bytes. The header must describe every byte of the file, as the format demands; only then
 * is anything mapped.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">format</a>
 */
public final class SafetensorsFile implements WeightSource {
  static final String METADATA = "__metadata__";

  /** The format's own limit. */
  private static final long MAX_HEADER = 100_000_000;

  /** What libtorch's loops over elements can hold. */
  private static final int MAX_RANK = 64;

  private final Path file;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path file, Map<String, Entry> entries, Map<String, String> metadata) {
    this.file = file;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Reads and checks the header.
   *
   * @throws InvalidModelException if the file is missing or its header does not describe it
   */
  public static SafetensorsFile open(Path file) {
    return WeightFile.read(
        file,
        channel -> {
          long size = channel.size();
          long length = size < Long.BYTES ? 0 : read(channel, 0, Long.BYTES).getLong();
          if (length < 2 || length > Math.min(MAX_HEADER, size - Long.BYTES)) {
            throw new InvalidModelException(
                file
                    + " is not a safetensors file: it has "
                    + size
                    + " bytes and promises a header of "
                    + Long.toUnsignedString(length)
                    + " (at most "
                    + MAX_HEADER
                    + "); it may be truncated or a Git LFS pointer, download it again");
          }
          String header = decode(file, read(channel, Long.BYTES, (int) length));
          return parse(file, JsonNode.parseStrict(header, file + " (header)"), length, size);
        });
  }

  /** The free text that the writer of the file left in it. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return entry(name).info;
  }

  @Override
  public Tensor load(String name) {
    Entry entry = entry(name);
    return Tensor.mapFile(file, entry.begin, entry.dtype, entry.info.dimensions());
  }

  @Override
  public String origin() {
    return file.toString();
  }

  private Entry entry(String name) {
    return Optional.ofNullable(entries.get(name))
        .orElseThrow(() -> new NoSuchElementException("no tensor " + name + " in " + file));
  }

  private static SafetensorsFile parse(Path file, JsonNode header, long headerLength, long size) {
    long start = Long.BYTES + headerLength;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String name : header.keys()) {
      if (!name.equals(METADATA)) {
        entries.put(name, Entry.parse(name, header.get(name), start, size, file));
      }
    }
    requireContiguous(file, entries, start, size);
    Map<String, String> metadata = new LinkedHashMap<>();
    JsonNode texts = header.objectOrEmpty(METADATA);
    texts.keys().forEach(key -> metadata.put(key, texts.getString(key)));
    return new SafetensorsFile(file, entries, Collections.unmodifiableMap(metadata));
  }

  /** The tensors must follow each other without gaps, from the header to the end of the file. */
  private static void requireContiguous(
      Path file, Map<String, Entry> entries, long start, long size) {
    List<Entry> ordered = new ArrayList<>(entries.values());
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = start;
    for (Entry entry : ordered) {
      if (entry.begin != position) {
        throw entry.invalid(
            file,
            "begins at byte "
                + (entry.begin - start)
                + (entry.begin < position ? ", inside the tensor before it" : ", after a gap")
                + "; expected "
                + (position - start));
      }
      position = entry.end;
    }
    if (position != size) {
      throw new InvalidModelException(
          file
              + " ends with "
              + (size - position)
              + " bytes that belong to no tensor; the header must describe all of the file");
    }
  }

  private static String decode(Path file, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidModelException(
          file + " is not a safetensors file: its header is not UTF-8 text", e);
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

  /** A tensor of the header; begin and end are bytes of the file. */
  private record Entry(TensorInfo info, DType dtype, long begin, long end) {
    static Entry parse(String name, JsonNode json, long start, long size, Path file) {
      String type = json.getString("dtype");
      List<Long> shape = longs(json.get("shape"));
      List<Long> offsets = longs(json.get("data_offsets"));
      long begin = offsets.isEmpty() ? -1 : offsets.get(0);
      long end = offsets.isEmpty() ? -1 : offsets.get(offsets.size() - 1);
      TensorInfo info = new TensorInfo(name, type, shape, end - begin);
      Entry entry =
          new Entry(info, DType.ofSafetensors(type).orElse(null), start + begin, start + end);
      entry.requireValid(offsets, size - start, file);
      return entry;
    }

    private void requireValid(List<Long> offsets, long dataSize, Path file) {
      if (dtype == null) {
        throw new UnsupportedModelException(
            file
                + ": tensor "
                + Names.shown(info.name())
                + " has the type "
                + Names.shown(info.type())
                + "; supported are F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL");
      }
      if (info.shape().size() > MAX_RANK || info.shape().stream().anyMatch(n -> n < 0)) {
        throw invalid(
            file,
            "has a shape of "
                + info.shape().size()
                + " dimensions or negative lengths; expected at most "
                + MAX_RANK
                + " lengths from 0");
      }
      if (offsets.size() != 2 || offsets.get(0) < 0 || offsets.get(1) < offsets.get(0)) {
        throw invalid(
            file,
            "has data_offsets "
                + Names.shown(offsets.toString())
                + "; expected two, from 0 and in order");
      }
      if (offsets.get(1) > dataSize) {
        throw invalid(
            file,
            "ends at byte "
                + offsets.get(1)
                + " of "
                + dataSize
                + "; the file is truncated or its header wrong, download it again");
      }
      long expected = TensorInfo.product(info.shape(), dtype.bytes());
      if (expected != info.bytes()) {
        throw invalid(
            file,
            "of type "
                + info.type()
                + " and shape "
                + info.shape()
                + " takes "
                + (expected < 0 ? "more than 2^63" : expected)
                + " bytes; its data_offsets hold "
                + info.bytes());
      }
    }

    InvalidModelException invalid(Path file, String problem) {
      return new InvalidModelException(
          file + ": tensor " + Names.shown(info.name()) + " " + problem);
    }

    private static List<Long> longs(JsonNode json) {
      return json.asList().stream().map(JsonNode::asLong).toList();
    }
  }
}
