package io.vlm4j.models.showandtell;

import io.vlm4j.models.fusion.ImageAlone;
import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import java.util.List;

/** The image, then the start token; no other text. */
final class CaptionFormat implements PromptFormat {
  private final ImageAlone image = ImageAlone.withoutText();
  private final int startToken;

  CaptionFormat(int startToken) {
    this.startToken = startToken;
  }

  @Override
  public String text(Prompt prompt) {
    String text = image.text(prompt);
    image.answerPrefix(text); // which refuses any text
    return text;
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    return List.of(image.segments(text, images).get(0), new Segment.Tokens(new int[] {startToken}));
  }
}
