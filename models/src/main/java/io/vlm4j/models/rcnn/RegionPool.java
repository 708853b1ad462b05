package io.vlm4j.models.rcnn;

import io.vlm4j.detect.BoxList;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.rcnn.FeaturePyramid.Level;
import io.vlm4j.nn.RoiAlign;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Cuts regions out of the level of a pyramid that goes with their size. */
final class RegionPool {
  private final PoolConfig config;
  private final RoiAlign.Pyramid pyramid;
  private final int finest;
  private final int coarsest;

  /** Takes the levels of a pyramid; the tensors belong to the scope that is open. */
  RegionPool(PoolConfig config, ResizedImages images, List<Level> levels) {
    this.config = config;
    List<Tensor> maps =
        levels.stream().filter(l -> config.levels().contains(l.name())).map(Level::map).toList();
    if (maps.isEmpty()) {
      throw new InvalidModelException(
          "featmap_names are %s; the pyramid has %s"
              .formatted(config.levels(), levels.stream().map(Level::name).toList()));
    }
    int height = 0;
    for (int side : images.heights()) {
      height = Math.max(height, side);
    }
    double[] scales = new double[maps.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = Math.pow(2, -powerOfTwo(height, maps.get(i).size(2)));
    }
    this.finest = powerOfTwo(height, maps.get(0).size(2));
    this.coarsest = powerOfTwo(height, maps.get(maps.size() - 1).size(2));
    this.pyramid = new RoiAlign.Pyramid(maps, scales);
  }

  /** By what power of 2 a map is coarser than the images before they were padded. */
  private static int powerOfTwo(int height, int rows) {
    return (int) -Math.rint(Math.log((float) rows / height) / Math.log(2));
  }

  /**
   * Cuts out the boxes of all images, one image after the other.
   *
   * @return float32 [N, C, rows, columns]
   */
  Tensor cut(List<List<BoxList.Entry>> boxes) {
    List<RoiAlign.Region> regions = new ArrayList<>();
    for (int image = 0; image < boxes.size(); image++) {
      for (BoxList.Entry box : boxes.get(image)) {
        regions.add(
            new RoiAlign.Region(image, level(box), box.xMin(), box.yMin(), box.xMax(), box.yMax()));
      }
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(config.align().forward(pyramid, regions));
    }
  }

  private int level(BoxList.Entry box) {
    float side = (float) Math.sqrt((box.xMax() - box.xMin()) * (box.yMax() - box.yMin()));
    float relative = (float) (Math.log(side / config.canonicalScale()) / Math.log(2));
    double level = Math.floor(config.canonicalLevel() + relative + 1e-6f);
    return (int) Math.max(finest, Math.min(coarsest, level)) - finest;
  }
}
