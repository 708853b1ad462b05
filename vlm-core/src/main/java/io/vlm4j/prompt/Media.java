package io.vlm4j.prompt;

import io.vlm4j.audio.Audio;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import java.util.List;
import java.util.Optional;

/**
 * An image, a video or a sound, as a model takes it: one thing in one place of the prompt.
 *
 * @param frames one picture for an image, several in order for a video, none for a sound
 * @param sound what is to be heard, if this is a sound
 */
public record Media(List<Image> frames, Optional<Audio> sound) {
  /** Copies the list. */
  public Media {
    frames = List.copyOf(frames);
    if (frames.isEmpty() && sound.isEmpty()) {
      throw new InvalidPromptException("a video has no frames; give at least one");
    }
  }

  /** An image or a video. */
  public Media(List<Image> frames) {
    this(frames, Optional.empty());
  }

  /** An image. */
  public static Media of(Image image) {
    return new Media(List.of(image));
  }

  /** A sound. */
  public static Media of(Audio sound) {
    return new Media(List.of(), Optional.of(sound));
  }

  /**
   * The pictures.
   *
   * @throws InvalidPromptException if this is a sound
   */
  @Override
  public List<Image> frames() {
    if (sound.isPresent()) {
      throw new InvalidPromptException(
          "this model takes no sounds; models whose encoder binds audio to images do (ImageBind)");
    }
    return frames;
  }

  /**
   * The one picture.
   *
   * @throws InvalidPromptException if this is a video or a sound
   */
  public Image image() {
    if (frames().size() > 1) {
      throw new InvalidPromptException(
          "this model takes images, not videos; give the frames as images");
    }
    return frames.get(0);
  }

  /** Bytes of the pixels and samples. */
  public long bytes() {
    return frames.stream().mapToLong(frame -> 3L * frame.width() * frame.height()).sum()
        + sound.map(audio -> (long) Float.BYTES * audio.length()).orElse(0L);
  }
}
