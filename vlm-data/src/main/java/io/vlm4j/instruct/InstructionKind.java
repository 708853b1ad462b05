package io.vlm4j.instruct;

import io.vlm4j.chat.ChatTurn;
import io.vlm4j.instruct.Dialogue.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The three kinds of instructions of LLaVA, each with what a model is told to write them. */
public enum InstructionKind {
  /** Several short questions and answers about what is to be seen. */
  CONVERSATION,
  /** All that is to be seen, in one text. */
  DETAIL,
  /** A question that takes thought, and the thoughts. */
  REASONING;

  private static final List<String> REQUESTS_FOR_DETAIL =
      List.of(
          "Describe this picture as fully as you can.",
          "What is to be seen here? Leave nothing out.",
          "Please give me a thorough description of the image.",
          "Tell me in detail what the photo shows.",
          "Write down everything that you notice in this image.",
          "Could you walk me through this picture, from the main things to the small ones?",
          "I cannot see the image. What exactly is in it?",
          "Give a rich and complete account of the scene.");

  private final String instructions = resource(id() + ".txt");
  private final String example = resource(id() + "-example.txt");

  /** The name in files and options. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is sent to the model for a scene: instructions, an example, the scene. */
  public List<ChatTurn> request(Scene scene) {
    String[] shown = example.split("\n====\n", 2);
    return List.of(
        ChatTurn.system(instructions.strip()),
        ChatTurn.user(shown[0].strip()),
        ChatTurn.assistant(shown[1].strip()),
        ChatTurn.user(scene.text().strip()));
  }

  /**
   * What the model's reply means.
   *
   * @throws io.vlm4j.error.InvalidDataException if it is not of the form that was asked for
   */
  public Dialogue read(Scene scene, String reply) {
    if (this != DETAIL) {
      return Dialogue.parse(reply);
    }
    int chosen = Math.floorMod(scene.image().hashCode(), REQUESTS_FOR_DETAIL.size());
    return new Dialogue(List.of(new Exchange(REQUESTS_FOR_DETAIL.get(chosen), reply.strip())));
  }

  private static String resource(String name) {
    try (InputStream in = InstructionKind.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
