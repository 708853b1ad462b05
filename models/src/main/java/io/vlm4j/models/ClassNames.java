package io.vlm4j.models;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The names of the classes that a detector tells apart. */
public final class ClassNames {
  private static final String COCO = "coco-categories.txt";

  private ClassNames() {}

  /**
   * Reads {@code id2label}, or a list under {@code categories}, {@code classes} or {@code
   * label_names}. Without them the classes are those of COCO if there are as many as torchvision
   * has of it, else LABEL_0 and so on.
   *
   * @throws InvalidModelException if a list is of another length
   */
  public static List<String> of(JsonNode config, int count) {
    for (String key : List.of("categories", "classes", "label_names")) {
      if (config.has(key) && config.get(key).isArray()) {
        List<String> names = config.getList(key).stream().map(JsonNode::asString).toList();
        if (names.size() != count) {
          throw new InvalidModelException(
              "%s: %s has %d names; the checkpoint has %d classes"
                  .formatted(config.origin(), key, names.size(), count));
        }
        return names;
      }
    }
    List<String> coco = config.has("id2label") ? List.of() : coco();
    JsonNode given = config.objectOrEmpty("id2label");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String other = coco.size() == count ? coco.get(i) : "LABEL_" + i;
      names.add(given.getString(Integer.toString(i), other));
    }
    return names;
  }

  private static List<String> coco() {
    try (InputStream in = ClassNames.class.getResourceAsStream(COCO)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
