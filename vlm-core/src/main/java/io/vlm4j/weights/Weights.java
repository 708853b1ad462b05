package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.tensor.Workload;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A cursor over a checkpoint's weights, under our names. Layers ask it for what they need and say
 * the shape; a tensor that is missing, misshapen or left over is an error that names it.
 *
 * <pre>{@code
 * Weights layer = weights.at("layers", 3).at("attention");
 * Tensor weight = layer.get("query.weight", size, size);
 * }</pre>
 */
public final class Weights {
  /** How many names of a missing tensor an error tells. */
  private static final int MOST_SPELLINGS = 4;

  private final Checkpoint checkpoint;
  private final Naming naming;
  private final String prefix;

  private Weights(Checkpoint checkpoint, Naming naming, String prefix) {
    this.checkpoint = checkpoint;
    this.naming = naming;
    this.prefix = prefix;
  }

  /** All of a checkpoint, under its own names. */
  public static Weights of(WeightSource source, Placement placement) {
    return of(source, placement, share -> {});
  }

  /**
   * All of a checkpoint, under its own names.
   *
   * @param progress is told the share of the tensors that were read, from 0 to 1
   */
  public static Weights of(WeightSource source, Placement placement, DoubleConsumer progress) {
    NavigableMap<String, String> names = new TreeMap<>();
    source.names().forEach(name -> names.put(name, name));
    Checkpoint checkpoint =
        new Checkpoint(
            source,
            placement,
            progress,
            ConcurrentHashMap.newKeySet(),
            ConcurrentHashMap.newKeySet());
    return new Weights(checkpoint, new Naming(names, List::of), "");
  }

  /** All of a checkpoint, under the names that a map gives them. */
  public static Weights of(WeightSource source, NameMap map, Placement placement) {
    return of(source, placement).mapped(map);
  }

  /** The part below a name. */
  public Weights at(String name) {
    return new Weights(checkpoint, naming, prefix + name + ".");
  }

  /** One of a list of parts. */
  public Weights at(String name, int index) {
    return at(name + "." + index);
  }

  /**
   * The tensors below this cursor under other names: what a part calls its own tensors, wherever in
   * a checkpoint the part is.
   *
   * @throws InvalidModelException if two tensors would have one name
   */
  public Weights mapped(NameMap map) {
    NavigableMap<String, String> mapped = new TreeMap<>();
    below(prefix)
        .forEach(
            (name, original) ->
                map.map(name.substring(prefix.length()))
                    .ifPresent(target -> add(mapped, target, original)));
    Naming inner =
        new Naming(
            mapped,
            name ->
                map.sources(name).stream()
                    .flatMap(outer -> naming.spellings.apply(prefix + outer).stream())
                    .toList());
    return new Weights(checkpoint, inner, "");
  }

  private void add(Map<String, String> mapped, NameMap.Target target, String original) {
    if (target.ignored()) {
      checkpoint.read.add(original);
      return;
    }
    String other = mapped.put(target.name(), original);
    if (other != null) {
      throw new InvalidModelException(
          origin()
              + " has both "
              + Names.shown(other)
              + " and "
              + Names.shown(original)
              + " for "
              + Names.shown(target.name())
              + "; expected one of them");
    }
  }

  /** The same tensors for another workload: which kernels compute with them is chosen by it. */
  public Weights forWorkload(Workload workload) {
    return new Weights(checkpoint.forWorkload(workload), naming, prefix);
  }

  /** Where the weights go. */
  public Placement placement() {
    return checkpoint.placement;
  }

  /** The checkpoint's file or folder. */
  public String origin() {
    return checkpoint.source.origin();
  }

  /** True if there is a tensor of that name. */
  public boolean has(String name) {
    return naming.originals.containsKey(prefix + name);
  }

  /** How many parts a list has: {@code name.0}, {@code name.1} and so on without a gap. */
  public int count(String name) {
    int count = 0;
    while (!below(prefix + name + "." + count + ".").isEmpty()) {
      count++;
    }
    return count;
  }

  /**
   * The lengths of a tensor, of those that the configuration does not say.
   *
   * @throws InvalidModelException if it is missing
   */
  public List<Long> shape(String name) {
    return info(name).shape();
  }

  /**
   * A tensor in words: its names here and in the checkpoint, its type and shape.
   *
   * @throws InvalidModelException if it is missing
   */
  public String describe(String name) {
    return prefix + name + " (" + info(name) + " in " + origin() + ")";
  }

  /**
   * A tensor as it is stored, on the CPU; one in blocks of a few bits is float16 where the
   * precision is {@link Precision#AUTO}, else float32. It belongs to the caller's {@link
   * TensorScope}.
   *
   * @throws InvalidModelException if it is missing or has another shape
   */
  public Tensor get(String name, long... shape) {
    TensorInfo info = info(name);
    if (!info.hasShape(shape)) {
      throw misshapen(name, info, shape);
    }
    return load(info);
  }

  /**
   * As {@link #get}, or nothing if the tensor is missing.
   *
   * @throws InvalidModelException if it has another shape
   */
  public Optional<Tensor> find(String name, long... shape) {
    return has(name) ? Optional.of(get(name, shape)) : Optional.empty();
  }

  /** As {@link #get}, in float32 on the device of the {@linkplain #placement() placement}. */
  public Tensor getFloat(String name, long... shape) {
    return toDevice(() -> get(name, shape));
  }

  /**
   * As {@link #getFloat}, for tensors that checkpoints store with more or fewer dimensions of
   * length 1.
   */
  public Tensor getReshaped(String name, long... shape) {
    TensorInfo info = info(name);
    if (!withoutOnes(info.shape()).equals(withoutOnes(Arrays.stream(shape).boxed().toList()))) {
      throw misshapen(name, info, shape);
    }
    return toDevice(() -> load(info).view(shape));
  }

  /** Allows a tensor that is there but not needed. */
  public void skip(String name) {
    Optional.ofNullable(naming.originals.get(prefix + name)).ifPresent(checkpoint.read::add);
  }

  /**
   * Checks that every tensor of the checkpoint was read or is known as not needed, and that those
   * of an adapter were read.
   *
   * @throws InvalidModelException that names those left over
   */
  public void requireAllRead() {
    List<String> surplus =
        checkpoint.source.names().stream().filter(n -> !checkpoint.read.contains(n)).toList();
    if (!surplus.isEmpty()) {
      throw new InvalidModelException(
          origin()
              + " has "
              + surplus.size()
              + " tensor(s) that this model does not have: "
              + Names.listed(surplus)
              + "; the configuration may be another model's");
    }
    List<String> unused =
        checkpoint.source.adapted().stream()
            .filter(n -> !checkpoint.loaded.contains(n))
            .sorted()
            .toList();
    if (!unused.isEmpty()) {
      throw new InvalidModelException(
          "the adapter on "
              + origin()
              + " changes "
              + unused.size()
              + " tensor(s) that are not used here: "
              + Names.listed(unused));
    }
  }

  private TensorInfo info(String name) {
    String original = naming.originals.get(prefix + name);
    if (original == null) {
      throw missing(prefix + name);
    }
    return checkpoint.source.info(original);
  }

  private Tensor load(TensorInfo info) {
    checkpoint.markRead(info.name());
    if (!info.isBlockwise() || placement().precision() != Precision.AUTO) {
      return checkpoint.source.load(info.name());
    }
    // Blocks of a few bits are far coarser than float16, which takes half of float32.
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(checkpoint.source.load(info.name()).to(DType.FLOAT16));
    }
  }

  /** Only the result outlives the call, so that no mapping of the file is held beside a copy. */
  private Tensor toDevice(Supplier<Tensor> tensor) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(tensor.get().to(DType.FLOAT32).to(placement().device()));
    }
  }

  private Map<String, String> below(String start) {
    return naming.originals.subMap(start, start + Character.MAX_VALUE);
  }

  private InvalidModelException missing(String name) {
    List<String> spellings = naming.spellings.apply(name).stream().limit(MOST_SPELLINGS).toList();
    String looked = spellings.isEmpty() ? name : String.join(" or ", spellings);
    List<String> near =
        Names.nearest(spellings.isEmpty() ? name : spellings.get(0), checkpoint.source.names());
    return new InvalidModelException(
        origin()
            + " has no tensor "
            + looked
            + (looked.equals(name) ? "" : " (" + name + ")")
            + (near.isEmpty() ? "; it has none at all" : "; nearest are " + Names.listed(near)));
  }

  private InvalidModelException misshapen(String name, TensorInfo info, long... expected) {
    return new InvalidModelException(
        origin()
            + ": tensor "
            + Names.shown(info.name())
            + (info.name().equals(prefix + name) ? "" : " (" + prefix + name + ")")
            + " has the shape "
            + info.shape()
            + "; expected "
            + Arrays.toString(expected)
            + " by the configuration");
  }

  private static List<Long> withoutOnes(List<Long> shape) {
    return shape.stream().filter(length -> length != 1).toList();
  }

  /**
   * What all cursors share.
   *
   * @param read the tensors that were loaded or are known as not needed
   * @param loaded those that were loaded
   */
  private record Checkpoint(
      WeightSource source,
      Placement placement,
      DoubleConsumer progress,
      Set<String> read,
      Set<String> loaded) {
    Checkpoint forWorkload(Workload workload) {
      return new Checkpoint(source, placement.forWorkload(workload), progress, read, loaded);
    }

    /** Layers may load on several threads; the progress still only grows. */
    void markRead(String name) {
      synchronized (read) {
        read.add(name);
        loaded.add(name);
        progress.accept((double) read.size() / source.names().size());
      }
    }
  }

  /**
   * What tensors are called.
   *
   * @param originals from the names here to those in the checkpoint
   * @param spellings how a checkpoint may call a name here, whether it has it or not
   */
  private record Naming(
      NavigableMap<String, String> originals, Function<String, List<String>> spellings) {}
}
