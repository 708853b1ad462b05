package io.vlm4j.retrieval;

import io.vlm4j.error.InvalidOptionException;

/**
 * How a collection is indexed and searched.
 *
 * @param batch images that go through the model together, and are then safe in the index
 * @param exactLimit up to so many vectors every one is compared with the query; beyond, a graph
 *     (HNSW) leads to the nearest, and may miss some
 */
public record RetrievalOptions(int batch, long exactLimit) {
  /** Batches of 32; exact up to a million vectors. */
  public static final RetrievalOptions DEFAULT = new RetrievalOptions(32, 1_000_000);

  /** Checks the numbers. */
  public RetrievalOptions {
    if (batch < 1) {
      throw new InvalidOptionException("batch is " + batch + "; expected 1 or more");
    }
    if (exactLimit < 0) {
      throw new InvalidOptionException("exactLimit is " + exactLimit + "; expected 0 or more");
    }
  }

  /** The same with the graph for any number of images. */
  public RetrievalOptions approximate() {
    return new RetrievalOptions(batch, 0);
  }

  /** The same without the graph. */
  public RetrievalOptions exact() {
    return new RetrievalOptions(batch, Long.MAX_VALUE);
  }

  /** The same with other batches. */
  public RetrievalOptions withBatch(int images) {
    return new RetrievalOptions(images, exactLimit);
  }
}
