package io.vlm4j.weights;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Several safetensors files and the index that says which tensor is in which. */
public final class ShardedSource implements WeightSource {
  private final Path index;
  private final Map<String, WeightSource> shardOf;

  private ShardedSource(Path index, Map<String, WeightSource> shardOf) {
    this.index = index;
    this.shardOf = shardOf;
  }

  /** Opens {@code model.safetensors.index.json} and all shards beside it. */
  public static ShardedSource open(Path index) {
    JsonNode map = JsonNode.read(index).get("weight_map");
    Map<String, SafetensorsFile> shards = new LinkedHashMap<>();
    Map<String, WeightSource> shardOf = new LinkedHashMap<>();
    for (String name : map.keys()) {
      SafetensorsFile shard = shards.computeIfAbsent(map.getString(name), f -> shard(index, f));
      if (!shard.names().contains(name)) {
        throw new InvalidModelException(
            index + " says that " + name + " is in " + shard.origin() + ", but it is not");
      }
      shardOf.put(name, shard);
    }
    for (SafetensorsFile shard : shards.values()) {
      for (String name : shard.names()) {
        if (shardOf.get(name) != shard) {
          throw new InvalidModelException(
              shard.origin()
                  + " has a tensor "
                  + name
                  + " that "
                  + index
                  + " does not place there");
        }
      }
    }
    return new ShardedSource(index, shardOf);
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(shardOf.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return shardOf.get(name).info(name);
  }

  @Override
  public Tensor load(String name) {
    return shardOf.get(name).load(name);
  }

  @Override
  public String origin() {
    return index.toString();
  }

  private static SafetensorsFile shard(Path index, String name) {
    Path file = index.resolveSibling(name);
    if (!file.normalize().getParent().equals(index.normalize().getParent())) {
      throw new InvalidModelException(
          index + " names the shard " + name + "; shards must lie beside the index");
    }
    if (!Files.exists(file)) {
      throw new InvalidModelException(
          "the shard " + file + " is missing, which " + index.getFileName() + " names");
    }
    return SafetensorsFile.open(file);
  }
}
