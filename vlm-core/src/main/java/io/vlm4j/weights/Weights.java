package io.vlm4j.weights;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;

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
  private final Checkpoint checkpoint;
  private final Map<String, String> namesInCheckpoint;
  private final String prefix;

  private Weights(Checkpoint checkpoint, Map<String, String> namesInCheckpoint, String prefix) {
    this.checkpoint = checkpoint;
    this.namesInCheckpoint = namesInCheckpoint;
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
    Map<String, String> names = new LinkedHashMap<>();
    source.names().forEach(name -> names.put(name, name));
    return new Weights(new Checkpoint(source, placement, progress, new HashSet<>()), names, "");
  }

  /** The part below a name. */
  public Weights at(String name) {
    return new Weights(checkpoint, namesInCheckpoint, prefix + name + ".");
  }

  /** One of a list of parts. */
  public Weights at(String name, int index) {
    return at(name + "." + index);
  }

  /**
   * The tensors below this cursor under other names.
   *
   * @throws InvalidModelException if two tensors would have one name
   */
  public Weights mapped(NameMap map) {
    Map<String, String> mapped = new HashMap<>();
    namesInCheckpoint.forEach(
        (name, original) -> {
          if (name.startsWith(prefix)) {
            map.map(name.substring(prefix.length()))
                .ifPresent(target -> add(mapped, target, original));
          }
        });
    return new Weights(checkpoint, mapped, "");
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
              + other
              + " and "
              + original
              + " for "
              + target.name()
              + "; expected one of them");
    }
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
    return namesInCheckpoint.containsKey(prefix + name);
  }

  /**
   * A tensor as it is stored, on the CPU.
   *
   * @throws InvalidModelException if it is missing or has another shape
   */
  public Tensor get(String name, long... shape) {
    TensorInfo info = info(name);
    if (!info.hasShape(shape)) {
      throw misshapen(info, shape);
    }
    return load(info);
  }

  /** As {@link #get}, in float32 on the device of the {@linkplain #placement() placement}. */
  public Tensor getFloat(String name, long... shape) {
    return toDevice(get(name, shape));
  }

  /**
   * As {@link #getFloat}, for tensors that checkpoints store with more or fewer dimensions of
   * length 1.
   */
  public Tensor getReshaped(String name, long... shape) {
    TensorInfo info = info(name);
    if (!withoutOnes(info.shape()).equals(withoutOnes(Arrays.stream(shape).boxed().toList()))) {
      throw misshapen(info, shape);
    }
    return toDevice(load(info).view(shape));
  }

  /** Allows a tensor that is there but not needed. */
  public void skip(String name) {
    Optional.ofNullable(namesInCheckpoint.get(prefix + name)).ifPresent(checkpoint.read::add);
  }

  /**
   * Checks that every tensor of the checkpoint was read or is known as not needed.
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
              + some(surplus)
              + "; the configuration may not be the weights'");
    }
  }

  private TensorInfo info(String name) {
    String original = namesInCheckpoint.get(prefix + name);
    if (original == null) {
      List<String> near =
          namesInCheckpoint.keySet().stream().filter(n -> n.startsWith(prefix)).sorted().toList();
      throw new InvalidModelException(
          origin()
              + " has no tensor for "
              + prefix
              + name
              + (near.isEmpty() ? "; nothing is below " + prefix : "; below it are " + some(near)));
    }
    return checkpoint.source.info(original);
  }

  private Tensor load(TensorInfo info) {
    checkpoint.read.add(info.name());
    checkpoint.progress.accept((double) checkpoint.read.size() / checkpoint.source.names().size());
    return checkpoint.source.load(info.name());
  }

  private Tensor toDevice(Tensor tensor) {
    return tensor.to(DType.FLOAT32).to(placement().device());
  }

  private InvalidModelException misshapen(TensorInfo info, long... expected) {
    return new InvalidModelException(
        origin()
            + ": tensor "
            + info.name()
            + " has the shape "
            + info.shape()
            + "; expected "
            + Arrays.toString(expected)
            + " by the configuration");
  }

  private static List<Long> withoutOnes(List<Long> shape) {
    return shape.stream().filter(length -> length != 1).toList();
  }

  private static String some(List<String> names) {
    String shown = names.stream().limit(10).collect(Collectors.joining(", "));
    return names.size() > 10 ? shown + " and " + (names.size() - 10) + " more" : shown;
  }

  private record Checkpoint(
      WeightSource source, Placement placement, DoubleConsumer progress, Set<String> read) {}
}
