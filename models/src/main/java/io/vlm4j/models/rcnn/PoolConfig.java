package io.vlm4j.models.rcnn;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.RoiAlign;
import java.util.List;

/**
 * How regions are cut out of a pyramid ({@code MultiScaleRoIAlign}).
 *
 * @param levels names of the levels that are looked at
 * @param align the grid
 * @param canonicalScale side in pixels of regions that belong to {@code canonicalLevel}
 * @param canonicalLevel a level, as the power of 2 by which it is coarser than the image
 */
record PoolConfig(List<String> levels, RoiAlign align, int canonicalScale, int canonicalLevel) {
  static PoolConfig of(JsonNode json, int defaultSize) {
    List<String> levels =
        json.has("featmap_names")
            ? json.getList("featmap_names").stream()
                .map(name -> name.isString() ? name.asString() : name.toString())
                .toList()
            : List.of("0", "1", "2", "3");
    int rows = defaultSize;
    int columns = defaultSize;
    if (json.has("output_size")) {
      JsonNode size = json.get("output_size");
      int[] sides = size.isArray() ? size.asInts() : new int[] {size.asInt()};
      rows = sides[0];
      columns = sides[sides.length - 1];
    }
    return new PoolConfig(
        levels,
        new RoiAlign(
            rows,
            columns,
            Math.max(0, json.getInt("sampling_ratio", 2)),
            json.getBoolean("aligned", false)),
        json.getInt("canonical_scale", 224),
        json.getInt("canonical_level", 4));
  }
}
