package io.vlm4j.models;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds models by their hub id in the cache that the hub's own tools fill. */
public final class HubCache {
  private static final Pattern HUB_ID = Pattern.compile("[\\w.-]+/[\\w.-]+");

  private HubCache() {}

  /**
   * A folder as it is, or the newest downloaded revision of a hub id.
   *
   * @throws InvalidModelException if it is neither; nothing is ever downloaded
   */
  public static Path resolve(String folderOrHubId) {
    Path path = path(folderOrHubId);
    if (Files.exists(path) || !isHubId(folderOrHubId)) {
      return path;
    }
    return find(folderOrHubId)
        .orElseThrow(
            () ->
                new InvalidModelException(
                    "no folder "
                        + folderOrHubId
                        + ", and no model of that hub id under "
                        + root()
                        + "; download it first, for example with: hf download "
                        + folderOrHubId));
  }

  /** True if a text has the form of a hub id. */
  static boolean isHubId(String text) {
    return HUB_ID.matcher(text).matches();
  }

  /** The newest downloaded revision of a hub id; empty if a text is none that is here. */
  static Optional<Path> find(String text) {
    return isHubId(text)
        ? revision(root().resolve("models--" + text.replace("/", "--")))
        : Optional.empty();
  }

  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InvalidModelException("'" + text + "' is not a path: " + e.getReason(), e);
    }
  }

  private static Optional<Path> revision(Path repository) {
    try {
      Path main = repository.resolve("refs/main");
      if (!Files.exists(main)) {
        return Optional.empty();
      }
      Path snapshot = repository.resolve("snapshots").resolve(Files.readString(main).strip());
      return Optional.of(snapshot).filter(Files::isDirectory);
    } catch (IOException e) {
      throw new InvalidModelException("cannot read the hub cache: " + e.getMessage(), e);
    }
  }

  static Path root() {
    String cache = System.getenv("HF_HUB_CACHE");
    if (cache != null) {
      return Path.of(cache);
    }
    String home = System.getenv("HF_HOME");
    Path base =
        home != null
            ? Path.of(home)
            : Path.of(System.getProperty("user.home"), ".cache", "huggingface");
    return base.resolve("hub");
  }
}
