package io.vlm4j.instruct;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.instruct.Scene.LabeledBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Boxes in JSON files: COCO's instances ({@code images}, {@code annotations}, {@code categories}),
 * or an object from an image's name to a list of {@code {"label": .., "box": [left, top, right,
 * bottom]}} in parts of the image, from 0 to 1.
 */
public final class BoxFile {
  private BoxFile() {}

  /**
   * Reads boxes by the name of the image.
   *
   * @throws InvalidDataException if the file is not such
   */
  public static Map<String, List<LabeledBox>> read(Path file) {
    return DataFiles.readingJson(
        () -> {
          JsonNode json = JsonNode.read(file);
          return json.has("annotations") ? coco(json) : plain(json);
        });
  }

  private static Map<String, List<LabeledBox>> plain(JsonNode json) {
    Map<String, List<LabeledBox>> boxes = new LinkedHashMap<>();
    for (String image : json.keys()) {
      List<LabeledBox> ofImage = new ArrayList<>();
      for (JsonNode node : json.getList(image)) {
        double[] box = numbers(node.get("box"));
        ofImage.add(checked(node.getString("label"), box, json.origin() + ": a box of " + image));
      }
      boxes.put(image, ofImage);
    }
    return boxes;
  }

  private static Map<String, List<LabeledBox>> coco(JsonNode json) {
    Map<Long, JsonNode> images = byId(json.getList("images"));
    Map<Long, JsonNode> categories = byId(json.getList("categories"));
    Map<String, List<LabeledBox>> boxes = new LinkedHashMap<>();
    for (JsonNode annotation : json.getList("annotations")) {
      String where =
          json.origin()
              + ": annotation "
              + annotation.optional("id").map(Object::toString).orElse("");
      JsonNode image = find(images, annotation.get("image_id"), where);
      String label = find(categories, annotation.get("category_id"), where).getString("name");
      double[] box = numbers(annotation.get("bbox")); // left, top, width, height in pixels
      double width = image.getDouble("width");
      double height = image.getDouble("height");
      double[] parts = {
        box[0] / width, box[1] / height, (box[0] + box[2]) / width, (box[1] + box[3]) / height
      };
      boxes
          .computeIfAbsent(image.getString("file_name"), name -> new ArrayList<>())
          .add(checked(label, parts, where));
    }
    return boxes;
  }

  private static Map<Long, JsonNode> byId(List<JsonNode> nodes) {
    Map<Long, JsonNode> byId = new HashMap<>();
    nodes.forEach(node -> byId.put(node.get("id").asLong(), node));
    return byId;
  }

  private static JsonNode find(Map<Long, JsonNode> nodes, JsonNode id, String where) {
    JsonNode node = nodes.get(id.asLong());
    if (node == null) {
      throw new InvalidDataException(where + " names id " + id + ", which the file does not have");
    }
    return node;
  }

  private static double[] numbers(JsonNode box) {
    List<JsonNode> numbers = box.asList();
    if (numbers.size() != 4) {
      throw new InvalidDataException(box.origin() + ": a box is " + box + "; expected 4 numbers");
    }
    return numbers.stream().mapToDouble(JsonNode::asDouble).toArray();
  }

  private static LabeledBox checked(String label, double[] box, String where) {
    double slack = 1e-3; // pixels that were rounded
    for (double side : box) {
      if (!(side >= -slack && side <= 1 + slack)) {
        throw new InvalidDataException(
            where + " has a side at " + side + "; expected parts of the image, from 0 to 1");
      }
    }
    return new LabeledBox(label, clip(box[0]), clip(box[1]), clip(box[2]), clip(box[3]));
  }

  private static double clip(double side) {
    return Math.min(1, Math.max(0, side));
  }
}
