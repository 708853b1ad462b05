package io.vlm4j.prompt;

import io.vlm4j.audio.Audio;
import io.vlm4j.image.Image;
import java.util.List;
import java.util.Optional;

/** A piece of a turn. */
public sealed interface Part {
  /** What is to be seen or heard; nothing in a text. */
  default Optional<Media> media() {
    return Optional.empty();
  }

  /**
   * Text.
   *
   * @param text as the user wrote it
   */
  record Text(String text) implements Part {}

  /**
   * One image.
   *
   * @param image the picture
   */
  record Picture(Image image) implements Part {
    @Override
    public Optional<Media> media() {
      return Optional.of(Media.of(image));
    }
  }

  /**
   * One sound, for models whose encoder takes them.
   *
   * @param audio what is to be heard
   */
  record Sound(Audio audio) implements Part {
    @Override
    public Optional<Media> media() {
      return Optional.of(Media.of(audio));
    }
  }

  /**
   * The frames of a video, in order.
   *
   * @param frames at least one picture
   */
  record Video(List<Image> frames) implements Part {
    /** Copies the list. */
    public Video {
      frames = List.copyOf(frames);
    }

    @Override
    public Optional<Media> media() {
      return Optional.of(new Media(frames));
    }
  }
}
