package io.vlm4j.generate;

import java.util.Arrays;

/**
 * Order among floats with their indices. Each pair is packed into one long, the float's bits
 * (mapped so that integer order is float order) above the index, so that sorting is primitive.
 */
final class Ranking {
  private Ranking() {}

  /** Indices of the {@code k} largest values, best first; among equal ones the lowest first. */
  static int[] top(float[] values, int k) {
    long[] heap = new long[Math.min(k, values.length)]; // the worst of the best at the root
    for (int i = 0; i < values.length; i++) {
      long key = key(values[i], ~i);
      if (i < heap.length) {
        heap[i] = key;
        if (i == heap.length - 1) {
          Arrays.sort(heap); // an ascending array is a heap
        }
      } else if (heap.length > 0 && key > heap[0]) {
        replaceRoot(heap, key);
      }
    }
    Arrays.sort(heap);
    int[] indices = new int[heap.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = ~(int) heap[heap.length - 1 - i];
    }
    return indices;
  }

  /** Indices of all values above negative infinity, by ascending value, then ascending index. */
  static int[] ascending(float[] values) {
    long[] keys = new long[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] > Float.NEGATIVE_INFINITY) {
        keys[count++] = key(values[i], i);
      }
    }
    Arrays.sort(keys, 0, count);
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = (int) keys[i];
    }
    return indices;
  }

  /** Index of the largest value, the lowest among equal ones. */
  static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static long key(float value, int low) {
    int bits = Float.floatToIntBits(value + 0f); // the addition turns -0 into 0
    int ordered = bits < 0 ? ~bits ^ Integer.MIN_VALUE : bits;
    return (long) ordered << 32 | (low & 0xFFFFFFFFL);
  }

  private static void replaceRoot(long[] heap, long key) {
    int hole = 0;
    for (int child = 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (key <= heap[child]) {
        break;
      }
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = key;
  }
}
