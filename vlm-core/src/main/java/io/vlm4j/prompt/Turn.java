package io.vlm4j.prompt;

import java.util.List;

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

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}
