package io.vlm4j.prompt;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import java.util.List;

/**
 * An image or a video, as a model takes it: one thing in one place of the prompt.
 *
 * @param frames one picture for an image, several in order for a video
 */
public record Media(List<Image> frames) {
  /** Copies the list. */
  public Media {
    frames = List.copyOf(frames);
    if (frames.isEmpty()) {
      throw new InvalidPromptException("a video has no frames; give at least one");
    }
  }

  /** An image. */
  public static Media of(Image image) {
    return new Media(List.of(image));
  }

  /**
   * The one picture.
   *
   * @throws InvalidPromptException if this is a video
   */
  public Image image() {
    if (frames.size() > 1) {
      throw new InvalidPromptException(
          "this model takes images, not videos; give the frames as images");
    }
    return frames.get(0);
  }
}
