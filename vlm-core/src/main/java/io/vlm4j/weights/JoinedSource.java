package io.vlm4j.weights;

import io.vlm4j.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Several checkpoints as one: a system whose parts lie in files of their own, and weights that were
 * trained further and take the place of others.
 */
public final class JoinedSource implements WeightSource {
  private final String origin;
  private final Map<String, Place> places = new LinkedHashMap<>();

  /**
   * @param origin the file or folder that errors name
   */
  public JoinedSource(String origin) {
    this.origin = origin;
  }

  /**
   * Adds a checkpoint; its tensors take the place of those of the same name.
   *
   * @param names from the checkpoint's names to those here
   */
  public JoinedSource with(WeightSource source, UnaryOperator<String> names) {
    source.names().forEach(name -> places.put(names.apply(name), new Place(source, name)));
    return this;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(places.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = place(name).source.info(place(name).name);
    return new TensorInfo(name, info.type(), info.shape(), info.bytes());
  }

  @Override
  public Tensor load(String name) {
    return place(name).source.load(place(name).name);
  }

  @Override
  public String origin() {
    return origin;
  }

  private Place place(String name) {
    return Optional.ofNullable(places.get(name))
        .orElseThrow(() -> new NoSuchElementException("no tensor " + name + " in " + origin));
  }

  private record Place(WeightSource source, String name) {}
}
