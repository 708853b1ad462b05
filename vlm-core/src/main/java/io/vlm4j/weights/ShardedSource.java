package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;

/**
 * Several safetensors files or PyTorch pickles and the index that says which tensor is in which.
 */
public final class ShardedSource implements WeightSource {
  private final Path index;
  private final Map<String, WeightSource> shardOf;

  private ShardedSource(Path index, Map<String, WeightSource> shardOf) {
    this.index = index;
    this.shardOf = shardOf;
  }

  /**
   * Opens {@code model.safetensors.index.json} or {@code pytorch_model.bin.index.json} and all
   * shards beside it.
   *
   * @throws InvalidModelException if a shard is missing or damaged, or holds other tensors than the
   *     index says
   */
  public static ShardedSource open(Path index) {
    JsonNode map = JsonNode.readStrict(index).get("weight_map");
    Map<String, WeightSource> shards = new LinkedHashMap<>();
    Map<String, WeightSource> shardOf = new LinkedHashMap<>();
    for (String name : map.keys()) {
      WeightSource shard = shards.computeIfAbsent(map.getString(name), f -> shard(index, f));
      if (!shard.names().contains(name)) {
        throw new InvalidModelException(
            index
                + " says that tensor "
                + Names.shown(name)
                + " is in "
                + shard.origin()
                + ", but it is not");
      }
      shardOf.put(name, shard);
    }
    shards.values().forEach(shard -> requirePlaced(index, shard, shardOf));
    return new ShardedSource(index, shardOf);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shardOf.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public Tensor load(String name) {
    return shard(name).load(name);
  }

  @Override
  public String origin() {
    return index.toString();
  }

  private WeightSource shard(String name) {
    return Optional.ofNullable(shardOf.get(name))
        .orElseThrow(() -> new NoSuchElementException("no tensor " + name + " in " + index));
  }

  private static WeightSource shard(Path index, String name) {
    Path file = sibling(index, name);
    if (!Files.exists(file)) {
      throw new InvalidModelException(
          "the shard " + file + " is missing, which " + index.getFileName() + " names");
    }
    return WeightSources.open(file);
  }

  private static Path sibling(Path index, String name) {
    try {
      Path plain = Path.of(name).getFileName();
      if (plain != null && plain.toString().equals(name) && !name.isEmpty() && !name.equals("..")) {
        return index.resolveSibling(plain);
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new InvalidModelException(
        index + " names the shard '" + Names.shown(name) + "'; expected a file beside the index");
  }

  private static void requirePlaced(
      Path index, WeightSource shard, Map<String, WeightSource> shardOf) {
    for (String name : shard.names()) {
      WeightSource place = shardOf.get(name);
      if (place != shard) {
        throw new InvalidModelException(
            shard.origin()
                + " has the tensor "
                + Names.shown(name)
                + ", which "
                + index.getFileName()
                + (place == null ? " does not name" : " places in " + place.origin()));
      }
    }
  }
}
