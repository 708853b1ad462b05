package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidPromptException;
import java.util.List;
import java.util.function.Function;

/** Image placeholders in a text. */
public final class Placeholders {
  private Placeholders() {}

  /** The texts around the placeholders: one more than there are placeholders. */
  public static List<String> split(String text, String placeholder) {
    return List.of(text.split(java.util.regex.Pattern.quote(placeholder), -1));
  }

  /**
   * Checks the number of placeholders.
   *
   * @throws InvalidPromptException if the text is empty or the numbers differ
   */
  public static void requireCount(String text, String placeholder, int images) {
    if (text.isBlank()) {
      throw new InvalidPromptException("the prompt is empty; give text or an image");
    }
    int found = split(text, placeholder).size() - 1;
    if (found != images) {
      throw new InvalidPromptException(
          "the prompt has "
              + found
              + " image placeholder(s) "
              + placeholder
              + " but "
              + images
              + " image(s); give one image for each placeholder");
    }
  }

  /** Writes the placeholders out. */
  static String expand(
      String text,
      String placeholder,
      List<ImageEmbeddings> images,
      Function<ImageEmbeddings, String> expansion) {
    List<String> texts = split(text, placeholder);
    StringBuilder expanded = new StringBuilder(texts.get(0));
    for (int i = 0; i < images.size(); i++) {
      expanded.append(expansion.apply(images.get(i))).append(texts.get(i + 1));
    }
    return expanded.toString();
  }
}
