package io.vlm4j.fewshot;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.util.Optional;

/**
 * A demonstration.
 *
 * @param image the picture
 * @param question what is asked of it; nothing where the answer is a caption
 * @param answer what is to be said
 */
public record Example(Image image, Optional<String> question, String answer) {
  /** Checks that there is an answer. */
  public Example {
    if (answer.isBlank()) {
      throw new InvalidPromptException("the answer of an example is empty");
    }
  }

  /** An image and its caption. */
  public static Example caption(Image image, String caption) {
    return new Example(image, Optional.empty(), caption);
  }

  /** An image, a question and its answer. */
  public static Example answer(Image image, String question, String answer) {
    return new Example(image, Optional.of(question), answer);
  }

  /** Appends it to a prompt. */
  void addTo(Prompt.Builder prompt) {
    question.ifPresentOrElse(
        asked -> prompt.example(image, asked, answer), () -> prompt.example(image, answer));
  }
}
