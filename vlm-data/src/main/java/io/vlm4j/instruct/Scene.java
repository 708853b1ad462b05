package io.vlm4j.instruct;

import java.util.List;
import java.util.Locale;

/**
 * What is known of an image: all that a model which cannot see is told.
 *
 * @param image the name of its file
 * @param captions what people wrote about it
 * @param boxes what is where; may be empty
 */
public record Scene(String image, List<String> captions, List<LabeledBox> boxes) {
  /** Copies the lists. */
  public Scene {
    captions = List.copyOf(captions);
    boxes = List.copyOf(boxes);
  }

  /**
   * A thing and its place, in parts of the image's width and height, from 0 to 1.
   *
   * @param label what it is
   */
  public record LabeledBox(String label, double left, double top, double right, double bottom) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: [%.3f, %.3f, %.3f, %.3f]", label, left, top, right, bottom);
    }
  }

  /** The captions, a line each, then the boxes. */
  public String text() {
    StringBuilder text = new StringBuilder("Captions:\n");
    captions.forEach(caption -> text.append(caption.strip()).append('\n'));
    if (!boxes.isEmpty()) {
      text.append("\nObjects, as [left, top, right, bottom]:\n");
      boxes.forEach(box -> text.append(box).append('\n'));
    }
    return text.toString();
  }
}
