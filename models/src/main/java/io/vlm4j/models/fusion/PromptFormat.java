package io.vlm4j.models.fusion;

import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import java.util.List;

/** A model's own convention for prompts. */
public interface PromptFormat {
  /**
   * The prompt as text, with one placeholder for each image.
   *
   * @throws io.vlm4j.error.InvalidPromptException if placeholders and images differ in number
   */
  String text(Prompt prompt);

  /**
   * The text as the language model's input sequence.
   *
   * @param text of {@link #text(Prompt)}
   * @param images what takes the placeholders' places, in order
   */
  List<Segment> segments(String text, List<ImageEmbeddings> images);

  /**
   * Tokens with which the answer begins, of models that attend to images and whose text is all
   * answer; empty for the language model's own beginning.
   */
  default int[] answerPrefix(String text) {
    return new int[0];
  }

  /** The id that stands for an image's embeddings in a list of ids; -1 if there is none. */
  default int imageTokenId() {
    return -1;
  }
}
