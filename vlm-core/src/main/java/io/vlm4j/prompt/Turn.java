package io.vlm4j.prompt;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What one side says.
 *
 * @param role who speaks
 * @param parts text and images, in order
 */
public record Turn(Role role, List<Part> parts) {
  /** Copies the list. */
  public Turn {
    parts = List.copyOf(parts);
  }

  /** The texts of the parts as they are, with a placeholder for each image, video or sound. */
  public String text(String placeholder) {
    return parts.stream()
        .map(part -> part instanceof Part.Text text ? text.text() : placeholder)
        .collect(Collectors.joining());
  }

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}
