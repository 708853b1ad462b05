package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * For decoders that attend to one image: what they attend to is the image alone, and the text, if
 * the model reads any, is elsewhere.
 */
public final class ImageAlone implements PromptFormat {
  private final Function<String, int[]> answerPrefix;

  /**
   * @param answerPrefix the tokens with which the answer to a text begins; empty for the model's
   *     own beginning
   */
  public ImageAlone(Function<String, int[]> answerPrefix) {
    this.answerPrefix = answerPrefix;
  }

  /** For captioners that read no text at all. */
  public static ImageAlone withoutText() {
    return new ImageAlone(
        text -> {
          if (!text.isBlank()) {
            throw new InvalidPromptException("this model captions images and reads no text");
          }
          return new int[0];
        });
  }

  @Override
  public String text(Prompt prompt) {
    if (prompt.images().size() != 1) {
      throw new InvalidPromptException(
          "this model takes one image a prompt; given are " + prompt.images().size());
    }
    return prompt
        .rawText()
        .orElseGet(
            () ->
                prompt.turns().stream()
                    .flatMap(turn -> turn.parts().stream())
                    .filter(Part.Text.class::isInstance)
                    .map(part -> ((Part.Text) part).text())
                    .collect(Collectors.joining(" ")));
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    return List.of(new Segment.MediaSlot(0, 0, images.get(0).length()));
  }

  @Override
  public int[] answerPrefix(String text) {
    return answerPrefix.apply(text);
  }
}
