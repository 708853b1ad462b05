package io.vlm4j.spi;

/**
 * What a language model keeps of its sequences: keys and values of the positions so far. Not
 * thread-safe; one generation, one state.
 */
public interface DecodeState extends AutoCloseable {
  /** Number of sequences B. */
  int batch();

  /** Positions so far. */
  int length();

  /** Positions that fit. */
  int capacity();

  /**
   * A new state whose sequence i is a copy of this state's sequence {@code rows[i]}, with the same
   * length. This state stays as it is.
   *
   * @param rows indices below {@link #batch()}, in any order and number
   * @param capacity positions that fit into the new state, at least {@link #length()}
   */
  DecodeState select(int[] rows, int capacity);

  /** Forgets all positions from {@code length} on. */
  void truncate(int length);

  @Override
  void close();
}
