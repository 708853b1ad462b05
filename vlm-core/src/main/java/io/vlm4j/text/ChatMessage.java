package io.vlm4j.text;

import java.util.List;

/**
 * One message of a chat, as chat templates take it.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param content text and media, in order
 */
public record ChatMessage(String role, List<Content> content) {
  /** Copies the list. */
  public ChatMessage {
    content = List.copyOf(content);
  }

  /**
   * A piece of a message.
   *
   * @param type {@code text}, {@code image} or {@code video}
   * @param text the text; empty for media
   */
  public record Content(String type, String text) {
    /** Text. */
    public static Content text(String text) {
      return new Content("text", text);
    }

    /** The place of an image. */
    public static Content image() {
      return new Content("image", "");
    }

    /** The place of a video. */
    public static Content video() {
      return new Content("video", "");
    }
  }
}
