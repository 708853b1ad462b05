package io.vlm4j.models;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;

/** What a model must close, newest first. */
public final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Runs a loader; if it fails, closes what it has opened so far. */
  public static <T> T owning(Function<Resources, T> loader) {
    Resources resources = new Resources();
    try {
      return loader.apply(resources);
    } catch (RuntimeException | Error e) {
      resources.close();
      throw e;
    }
  }

  /** Takes a resource over. */
  public <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
