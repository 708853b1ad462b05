package io.vlm4j.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Loads the layers of a stack on several threads. Some kernels pack a weight on one core, at some
 * nanoseconds a number: half a minute for billions of them.
 */
public final class ParallelLoading {
  /** Each thread holds the float32 copy of a weight for a moment. */
  private static final int MOST_THREADS = 8;

  private ParallelLoading() {}

  /**
   * Loads layer 0, and then the others at once. What they make belongs to the caller's scope, as if
   * the caller had made it.
   *
   * @param loader makes the layer of an index
   * @return the layers in order
   * @throws RuntimeException what the loader throws for the first layer that fails
   */
  public static <T> List<T> layers(int count, IntFunction<T> loader) {
    int threads = Math.min(KernelLibrary.shared().threads(), MOST_THREADS);
    if (threads == 1 || count < 3) {
      return IntStream.range(0, count).mapToObj(loader).toList();
    }
    List<T> layers = new ArrayList<>();
    layers.add(loader.apply(0)); // alone, so that kernels are timed on a quiet machine
    for (Owned<T> owned : onThreads(threads, count, loader)) {
      owned.scope.moveAll(TensorScope.current());
      layers.add(owned.layer);
    }
    return List.copyOf(layers);
  }

  private static <T> List<Owned<T>> onThreads(int threads, int count, IntFunction<T> loader) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    boolean autograd = Autograd.isOn();
    try {
      List<CompletableFuture<Owned<T>>> tasks =
          IntStream.range(1, count)
              .mapToObj(
                  i -> CompletableFuture.supplyAsync(() -> Owned.load(loader, i, autograd), pool))
              .toList();
      return allOrNothing(tasks);
    } finally {
      pool.shutdown();
    }
  }

  private static <T> List<Owned<T>> allOrNothing(List<CompletableFuture<Owned<T>>> tasks) {
    List<Owned<T>> loaded = new ArrayList<>();
    RuntimeException first = null;
    for (CompletableFuture<Owned<T>> task : tasks) {
      try {
        loaded.add(task.join());
      } catch (CompletionException e) {
        first = first == null ? cause(e) : first;
      }
    }
    if (first != null) {
      loaded.forEach(owned -> owned.scope.close());
      throw first;
    }
    return loaded;
  }

  private static RuntimeException cause(CompletionException e) {
    return e.getCause() instanceof RuntimeException cause ? cause : e;
  }

  /** A layer and the sealed scope of its tensors. */
  private record Owned<T>(T layer, TensorScope scope) {
    static <T> Owned<T> load(IntFunction<T> loader, int index, boolean autograd) {
      try (Autograd callers = Autograd.as(autograd)) {
        return TensorScope.owning(scope -> new Owned<>(loader.apply(index), scope));
      }
    }
  }
}
