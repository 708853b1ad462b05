package io.vlm4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where an image, a text or a sound lies in the space that a {@link DualEncoder} has for them: one
 * vector of length 1, or several of which the nearest counts (an image of BLIP-2 has one for each
 * query). Immutable; comparable with others of the same model only.
 */
public final class ImageTextEmbedding {
  private final List<float[]> vectors;

  /**
   * Cuts a row of numbers into vectors.
   *
   * @param values {@code count * size} numbers, one vector after the other, each of length 1
   * @param count number of vectors, at least 1
   */
  public ImageTextEmbedding(float[] values, int count) {
    if (count < 1 || values.length == 0 || values.length % count != 0) {
      throw new IllegalArgumentException(
          values.length + " numbers are not " + count + " vectors of one size");
    }
    int size = values.length / count;
    this.vectors =
        IntStream.range(0, count)
            .mapToObj(i -> Arrays.copyOfRange(values, i * size, (i + 1) * size))
            .toList();
  }

  /** Number of vectors. */
  public int count() {
    return vectors.size();
  }

  /** Length E of a vector. */
  public int size() {
    return vectors.get(0).length;
  }

  /** One of the vectors, as a copy. */
  public float[] vector(int index) {
    return vectors.get(index).clone();
  }

  /**
   * The cosine of the angle between the two, from -1 to 1: of the nearest pair of their vectors.
   *
   * @throws IllegalArgumentException if the other has vectors of another size
   */
  public double similarity(ImageTextEmbedding other) {
    if (other.size() != size()) {
      throw new IllegalArgumentException(
          "embeddings of size "
              + size()
              + " and "
              + other.size()
              + " are not of one space; compare those of one model");
    }
    return vectors.stream()
        .flatMapToDouble(a -> other.vectors.stream().mapToDouble(b -> dot(a, b)))
        .max()
        .orElseThrow();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
