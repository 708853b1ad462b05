package io.vlm4j.retrieval;

/** Is told how far an update of an index is. */
public interface IndexListener {
  /** Hears nothing. */
  IndexListener NONE = new IndexListener() {};

  /** The collection was listed; so many images are new or changed. */
  default void begin(int images) {}

  /** So many more of them are in the index, or cannot be read. */
  default void advance(int images) {}

  /** A file is no image; it is left out until it changes. */
  default void unreadable(String name, String reason) {}
}
