package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GGUF file, as llama.cpp has its models: metadata, with configuration and tokenizer, and tensors
 * that may be quantised in blocks.
 *
 * <p>Shapes are row-major, outermost first, which is the reverse of the file's order. F32, F16 and
 * BF16 come as they are, memory-mapped; quantised tensors come decoded to float32.
 *
 * <p>For the LLaMA architecture llama.cpp reorders the rows of queries and keys, so that the two
 * features that a rotary angle turns are neighbours. Here they come in the hub's order again, which
 * has them half a head apart: in a head of {@code d} rows that begins at {@code h}, the hub's row
 * {@code h + s d/2 + i} is the file's row {@code h + 2 i + s}, for {@code s} of 0 and 1 and {@code
 * i} from 0 to {@code d/2 - 1}. Queries have {@code attention.head_count} heads, keys {@code
 * attention.head_count_kv}.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">format</a>
 */
public final class GgufFile implements WeightSource {
  private static final Pattern ROTATED = Pattern.compile("blk\\.\\d+\\.attn_([qk])\\..*");
  private static final int DEFAULT_ALIGNMENT = 32;

  private final Path file;
  private final GgufMetadata metadata;
  private final Map<String, Entry> entries;

  private GgufFile(Path file, GgufMetadata metadata, Map<String, Entry> entries) {
    this.file = file;
    this.metadata = metadata;
    this.entries = entries;
  }

  /**
   * Reads and checks the header.
   *
   * @throws InvalidModelException if the file is missing or its header does not describe it
   * @throws UnsupportedModelException if a tensor has a type that is not supported; the error names
   *     both
   */
  public static GgufFile open(Path file) {
    return WeightFile.read(
        file,
        channel -> {
          GgufReader.Header header = GgufReader.read(file, channel);
          return new GgufFile(file, header.metadata(), entries(file, header, channel.size()));
        });
  }

  /** Configuration and tokenizer. */
  public GgufMetadata metadata() {
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
    GgufType type = entry.type;
    long[] shape = entry.info.dimensions();
    OptionalInt heads = rotatedHeads(entry.info);
    try (TensorScope scope = TensorScope.open()) {
      Tensor blocks =
          Tensor.mapFile(
              file,
              entry.begin,
              DType.UINT8,
              entry.info.bytes() / type.blockBytes(),
              type.blockBytes());
      if (heads.isPresent()) {
        blocks = halfSplit(blocks, shape[0], heads.getAsInt());
      }
      return scope.keep(decode(type, blocks, shape));
    }
  }

  @Override
  public String origin() {
    return file.toString();
  }

  private static Tensor decode(GgufType type, Tensor blocks, long... shape) {
    return type.dtype()
        .map(dtype -> blocks.reinterpret(dtype, shape))
        .orElseGet(() -> KernelLibrary.shared().call(type.kernel(), blocks).view(shape));
  }

  /** Rows of bytes from pairs of neighbours [heads, half, 2] to halves [heads, 2, half]. */
  private static Tensor halfSplit(Tensor blocks, long rows, int heads) {
    long[] stored = blocks.shape();
    return blocks.view(heads, rows / heads / 2, 2, -1).transpose(1, 2).contiguous().view(stored);
  }

  /** How many heads a tensor's rows are, if the file has them in llama.cpp's order. */
  private OptionalInt rotatedHeads(TensorInfo info) {
    Matcher matcher = ROTATED.matcher(info.name());
    if (!matcher.matches()
        || !metadata.findString("general.architecture").equals(Optional.of("llama"))) {
      return OptionalInt.empty();
    }
    int queryHeads = metadata.getInt("llama.attention.head_count");
    int heads =
        matcher.group(1).equals("q")
            ? queryHeads
            : metadata.findInt("llama.attention.head_count_kv").orElse(queryHeads);
    if (info.shape().isEmpty() || heads < 1 || info.shape().get(0) % (2L * heads) != 0) {
      throw new InvalidModelException(
          file + ": tensor " + info + " does not divide into " + heads + " heads of even size");
    }
    if (info.shape().size() == 1 && entry(info.name()).type.blockElements() > 1) {
      throw new InvalidModelException(
          file + ": tensor " + info + " has blocks across its rows; expected F32, F16 or BF16");
    }
    return OptionalInt.of(heads);
  }

  private Entry entry(String name) {
    return Optional.ofNullable(entries.get(name))
        .orElseThrow(() -> new NoSuchElementException("no tensor " + name + " in " + file));
  }

  private static Map<String, Entry> entries(Path file, GgufReader.Header header, long size) {
    long alignment = alignment(header.metadata());
    long start = padded(header.length(), alignment);
    long position = 0;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (GgufReader.RawTensor raw : header.tensors()) {
      Entry entry = Entry.of(raw, start, file);
      if (raw.offset() != position) {
        throw Entry.invalid(
            raw, file, "lies at " + raw.offset() + " of the data; expected " + position);
      }
      if (entry.info.bytes() > size - entry.begin) {
        throw Entry.invalid(
            raw,
            file,
            "takes "
                + entry.info.bytes()
                + " bytes, but the file has "
                + Math.max(0, size - entry.begin)
                + " left; it is truncated, download it again");
      }
      if (entries.put(raw.name(), entry) != null) {
        throw Entry.invalid(raw, file, "is there twice");
      }
      position = padded(position + entry.info.bytes(), alignment);
    }
    return entries;
  }

  private static long alignment(GgufMetadata metadata) {
    int alignment = metadata.findInt("general.alignment").orElse(DEFAULT_ALIGNMENT);
    if (alignment < Long.BYTES || alignment > 1 << 20 || Integer.bitCount(alignment) != 1) {
      throw new InvalidModelException(
          metadata.origin()
              + " has general.alignment "
              + alignment
              + "; expected a power of two from 8 to 2^20");
    }
    return alignment;
  }

  private static long padded(long position, long alignment) {
    return (position + alignment - 1) / alignment * alignment;
  }

  private record Entry(TensorInfo info, GgufType type, long begin) {
    static Entry of(GgufReader.RawTensor raw, long start, Path file) {
      GgufType type =
          GgufType.of(raw.type())
              .orElseThrow(
                  () ->
                      new UnsupportedModelException(
                          file
                              + ": tensor "
                              + Names.shown(raw.name())
                              + " has the type "
                              + GgufType.nameOf(raw.type())
                              + "; supported are "
                              + GgufType.supported()));
      List<Long> shape = new ArrayList<>(raw.dimensions());
      Collections.reverse(shape);
      long innermost = shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
      boolean whole = innermost % type.blockElements() == 0;
      // The bound leaves room for four bytes an element and the sums above in a long.
      long elements = TensorInfo.product(shape, 1);
      if (shape.stream().anyMatch(n -> n < 1) || !whole || elements < 0 || elements >> 58 != 0) {
        throw invalid(
            raw,
            file,
            "has the shape "
                + shape
                + "; expected positive lengths, the innermost a multiple of "
                + type.blockElements());
      }
      long bytes = elements / type.blockElements() * type.blockBytes();
      TensorInfo info = new TensorInfo(raw.name(), type.name(), shape, bytes);
      return new Entry(info, type, start + raw.offset());
    }

    static InvalidModelException invalid(GgufReader.RawTensor raw, Path file, String problem) {
      return new InvalidModelException(
          file + ": tensor " + Names.shown(raw.name()) + " " + problem);
    }
  }
}
