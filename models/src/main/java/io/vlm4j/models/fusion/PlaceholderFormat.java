package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The hub's convention: a placeholder in the text is written out as many image tokens as the image
 * has embeddings, the whole is tokenised, and the embeddings take the image tokens' places.
 */
public final class PlaceholderFormat implements PromptFormat {
  private final Tokenizer tokenizer;
  private final String placeholder;
  private final int imageTokenId;
  private final Function<Prompt, String> template;
  private final Function<ImageEmbeddings, String> expansion;

  /**
   * @param placeholder the image token as text, for example {@code <image>}
   * @param imageTokenId its id
   * @param template a prompt of turns as text
   * @param expansion what an image's placeholder is written out to
   */
  public PlaceholderFormat(
      Tokenizer tokenizer,
      String placeholder,
      int imageTokenId,
      Function<Prompt, String> template,
      Function<ImageEmbeddings, String> expansion) {
    this.tokenizer = tokenizer;
    this.placeholder = placeholder;
    this.imageTokenId = imageTokenId;
    this.template = template;
    this.expansion = expansion;
  }

  @Override
  public int imageTokenId() {
    return imageTokenId;
  }

  @Override
  public String text(Prompt prompt) {
    String text = prompt.text(placeholder).orElseGet(() -> template.apply(prompt));
    Placeholders.requireCount(text, placeholder, prompt.media().size());
    return text;
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    int[] ids = tokenizer.encode(Placeholders.expand(text, placeholder, images, expansion));
    List<Segment> segments = new ArrayList<>();
    int image = 0;
    int used = 0;
    for (int from = 0; from < ids.length; ) {
      boolean media = ids[from] == imageTokenId;
      int to = from;
      while (to < ids.length && (ids[to] == imageTokenId) == media) {
        to++;
      }
      if (!media) {
        segments.add(new Segment.Tokens(Arrays.copyOfRange(ids, from, to)));
      }
      for (int left = media ? to - from : 0; left > 0; ) {
        if (image == images.size()) {
          throw new InvalidPromptException(
              "the prompt has more image tokens than its images have embeddings");
        }
        int length = Math.min(left, images.get(image).length() - used);
        segments.add(new Segment.MediaSlot(image, used, length));
        left -= length;
        used += length;
        if (used == images.get(image).length()) {
          image++;
          used = 0;
        }
      }
      from = to;
    }
    if (image < images.size()) {
      throw new InvalidPromptException(
          "the prompt has fewer image tokens than its images have embeddings");
    }
    return segments;
  }
}
