package io.vlm4j.generate;

import io.vlm4j.spi.DecodeState;

/**
 * The decode state of the running sequences. It moves on to copies when beams are reordered or the
 * room runs out, and frees its copies; the state that it began with is its maker's.
 */
final class StateCursor implements AutoCloseable {
  private final DecodeState given;
  private final int limit;
  private DecodeState current;

  /**
   * @param limit positions that the sequences may reach
   */
  StateCursor(DecodeState given, int limit) {
    this.given = given;
    this.limit = limit;
    this.current = given;
  }

  /** The state in which sequence i continues row {@code rows[i]} and has room for a position. */
  DecodeState follow(int[] rows) {
    boolean full = current.length() >= current.capacity();
    if (full || !isIdentity(rows)) {
      int capacity = full ? roomFor(current.length() + 1, limit) : current.capacity();
      moveTo(current.select(rows, capacity));
    }
    return current;
  }

  /** Room for positions to come, without reserving a whole long context at once. */
  static int roomFor(int length, int limit) {
    return Math.min(limit, Math.addExact(length, Math.max(256, length / 2)));
  }

  @Override
  public void close() {
    moveTo(given);
  }

  private void moveTo(DecodeState next) {
    DecodeState last = current;
    current = next;
    if (last != given) {
      last.close();
    }
  }

  private boolean isIdentity(int[] rows) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != i) {
        return false;
      }
    }
    return rows.length == current.batch();
  }
}
