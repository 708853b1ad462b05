package io.vlm4j.models;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.weights.AdaptedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A model's folder or file, and the folder of the adapter that is merged into it.
 *
 * @param base where the model lies
 * @param adapter a PEFT folder
 */
public record AdaptedPath(Path base, Optional<Path> adapter) {
  /**
   * A PEFT folder is the model that it names, with its adapter; all else is itself.
   *
   * @throws InvalidModelException if its {@code base_model_name_or_path} is not here
   */
  public static AdaptedPath of(Path path) {
    return Files.exists(path.resolve(AdaptedSource.CONFIG)) && !ModelFolder.isModel(path)
        ? new AdaptedPath(baseOf(path), Optional.of(path))
        : new AdaptedPath(path, Optional.empty());
  }

  /**
   * The same with the adapter that the options name, if they name one.
   *
   * @throws InvalidModelException if there are two
   */
  public AdaptedPath with(LoadOptions options) {
    if (options.adapter().isEmpty()) {
      return this;
    }
    if (adapter.isPresent()) {
      throw new InvalidModelException(
          "%s is an adapter of %s; another one, %s, does not go on top of it: open the base with one of them"
              .formatted(adapter.get(), base, options.adapter().get()));
    }
    return new AdaptedPath(base, options.adapter());
  }

  /** True if the base is a GGUF file, which holds a language model alone. */
  public boolean isGguf() {
    return isGguf(base);
  }

  private static boolean isGguf(Path path) {
    return path.toString().endsWith(".gguf");
  }

  /** As it is named, in the hub cache, or beside the adapter, in this order. */
  private static Path baseOf(Path folder) {
    JsonNode json = JsonNode.read(folder.resolve(AdaptedSource.CONFIG));
    String name = json.getString("base_model_name_or_path");
    Set<Path> places = new LinkedHashSet<>();
    places.add(HubCache.path(name));
    HubCache.find(name).ifPresent(places::add);
    places.add(folder.resolve(HubCache.path(name)).normalize());
    return places.stream()
        .filter(place -> isGguf(place) ? Files.isRegularFile(place) : ModelFolder.isModel(place))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "%s: its base_model_name_or_path '%s' is no model folder, .gguf file or cached hub id; tried %s"
                        .formatted(json.origin(), name, shown(places, name))));
  }

  private static String shown(Set<Path> places, String name) {
    String paths = String.join(", ", places.stream().map(Path::toString).toList());
    return HubCache.isHubId(name) ? paths + " and the hub cache " + HubCache.root() : paths;
  }
}
