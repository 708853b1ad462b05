package io.vlm4j.nn;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts regions of any size out of feature maps, as grids of one size: each bin is the mean of
 * bilinear samples. A bin is thus a weighted sum of the map's places, and all bins of all regions
 * are one product of sparse weights with the places.
 *
 * @param rows bins from top to bottom
 * @param columns bins from left to right
 * @param samples of a bin in each direction; 0 for as many as places of the map fall into it
 * @param aligned places are the middles of their pixels; else the corners, as in older models
 * @see <a href="https://arxiv.org/abs/1703.06870">Mask R-CNN</a>
 */
public record RoiAlign(int rows, int columns, int samples, boolean aligned) {
  private static final int LARGEST = 1024;

  /** Checks that the numbers are possible. */
  public RoiAlign {
    if (rows < 1 || columns < 1 || rows > LARGEST || columns > LARGEST || samples > LARGEST) {
      throw new InvalidModelException(
          "regions of %d x %d bins of %d samples are not possible"
              .formatted(rows, columns, samples));
    }
  }

  /** Feature maps of one width, the places of all of them as rows. */
  public static final class Pyramid {
    private final Tensor places;
    private final int[][] sizes;
    private final int[] starts;
    private final double[] scales;

    /**
     * Takes maps.
     *
     * @param maps float32 [B, C, H, W], the finest first
     * @param scales of each map, its places to pixels
     */
    public Pyramid(List<Tensor> maps, double[] scales) {
      this.places = KernelLibrary.shared().call("rows_of", (Object) maps.toArray(Tensor[]::new));
      this.scales = scales.clone();
      this.sizes = new int[maps.size()][];
      this.starts = new int[maps.size()];
      int start = 0;
      for (int i = 0; i < sizes.length; i++) {
        Tensor map = maps.get(i);
        sizes[i] = new int[] {map.size(2), map.size(3)};
        starts[i] = start;
        start += map.size(0) * map.size(2) * map.size(3);
      }
    }

    private int start(int level, int image) {
      return starts[level] + image * sizes[level][0] * sizes[level][1];
    }
  }

  /**
   * A region.
   *
   * @param image its place in the batch
   * @param level the map that it is cut out of
   * @param xMin left edge in pixels
   * @param yMin upper edge
   * @param xMax right edge
   * @param yMax lower edge
   */
  public record Region(int image, int level, float xMin, float yMin, float xMax, float yMax) {}

  /**
   * Cuts regions out.
   *
   * @return float32 [N, C, rows, columns]
   */
  public Tensor forward(Pyramid pyramid, List<Region> regions) {
    SparseRows bins = new SparseRows(regions.size() * rows * columns);
    for (Region region : regions) {
      add(bins, pyramid, region);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor sums = bins.of(pyramid.places);
      Tensor grids = sums.view(regions.size(), rows, columns, pyramid.places.size(1));
      return scope.keep(grids.permute(0, 3, 1, 2).contiguous());
    }
  }

  /** The taps of a region's bins; a bin's are those of its row with those of its column. */
  private void add(SparseRows bins, Pyramid pyramid, Region region) {
    float scale = (float) pyramid.scales[region.level()];
    int[] size = pyramid.sizes[region.level()];
    Axis vertical = axis(region.yMin() * scale, region.yMax() * scale, rows, size[0]);
    Axis horizontal = axis(region.xMin() * scale, region.xMax() * scale, columns, size[1]);
    int start = pyramid.start(region.level(), region.image());
    float count = Math.max(1, vertical.samples * horizontal.samples);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        bins.next();
        for (int y = vertical.first[row]; y < vertical.first[row + 1]; y++) {
          int line = start + vertical.places[y] * size[1];
          float share = vertical.weights[y] / count;
          for (int x = horizontal.first[column]; x < horizontal.first[column + 1]; x++) {
            bins.add(line + horizontal.places[x], share * horizontal.weights[x]);
          }
        }
      }
    }
  }

  private Axis axis(float from, float to, int bins, int length) {
    float start = aligned ? from - 0.5f : from;
    float extent = to - from;
    if (!aligned) {
      extent = Math.max(extent, 1);
    }
    int each = samples > 0 ? samples : (int) Math.ceil(extent / bins);
    Axis axis = new Axis(bins, Math.max(0, each));
    float bin = extent / bins;
    for (int b = 0; b < bins; b++) {
      axis.first[b] = axis.count;
      axis.binStart = axis.count;
      for (int i = 0; i < each; i++) {
        axis.sample(start + b * bin + (i + 0.5f) * bin / each, length);
      }
    }
    axis.first[bins] = axis.count;
    return axis;
  }

  /** Weights of the places along one direction, bin by bin. */
  private static final class Axis {
    final int samples;
    final int[] first;
    final int[] places;
    final float[] weights;
    int binStart;
    int count;

    Axis(int bins, int samples) {
      this.samples = samples;
      this.first = new int[bins + 1];
      this.places = new int[2 * bins * samples];
      this.weights = new float[2 * bins * samples];
    }

    /** A sample just outside of the map counts as on its edge, one farther out as zero. */
    void sample(float at, int length) {
      if (at < -1 || at > length) {
        return;
      }
      float inside = Math.min(Math.max(at, 0), length - 1);
      int low = (int) inside;
      float share = inside - low;
      add(low, 1 - share);
      if (share > 0) {
        add(low + 1, share);
      }
    }

    /** Samples come in order, so that an equal place of the same bin is among the last two. */
    private void add(int place, float weight) {
      int start = Math.max(binStart, count - 2);
      for (int i = start; i < count; i++) {
        if (places[i] == place) {
          weights[i] += weight;
          return;
        }
      }
      places[count] = place;
      weights[count++] = weight;
    }
  }

  /** Sums of weighted rows, collected one by one. */
  private static final class SparseRows {
    private final int[] starts;
    private int[] index = new int[1024];
    private float[] weights = new float[1024];
    private int sums;
    private int count;

    SparseRows(int sums) {
      this.starts = new int[sums + 1];
    }

    void next() {
      starts[sums++] = count;
    }

    void add(int row, float weight) {
      if (count == index.length) {
        int room = Math.addExact(count, count);
        index = Arrays.copyOf(index, room);
        weights = Arrays.copyOf(weights, room);
      }
      index[count] = row;
      weights[count++] = weight;
    }

    Tensor of(Tensor rows) {
      starts[sums] = count;
      return KernelLibrary.shared()
          .call(
              "weighted_rows",
              rows,
              onDeviceOf(rows, Tensor.of(Arrays.copyOf(index, count), count)),
              onDeviceOf(rows, Tensor.of(starts, starts.length)),
              onDeviceOf(rows, Tensor.of(Arrays.copyOf(weights, count), count)));
    }

    private static Tensor onDeviceOf(Tensor like, Tensor tensor) {
      return KernelLibrary.shared().call("to_device_of", tensor, like);
    }
  }
}
