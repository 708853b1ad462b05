package io.vlm4j.chat;

/**
 * What one side said.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param text what it said
 */
public record ChatTurn(String role, String text) {
  /** Instructions that stand before everything. */
  public static ChatTurn system(String text) {
    return new ChatTurn("system", text);
  }

  /** What the model is asked. */
  public static ChatTurn user(String text) {
    return new ChatTurn("user", text);
  }

  /** What the model said, or should have said. */
  public static ChatTurn assistant(String text) {
    return new ChatTurn("assistant", text);
  }
}
