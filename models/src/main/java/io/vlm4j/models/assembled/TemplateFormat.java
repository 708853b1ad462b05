package io.vlm4j.models.assembled;

import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.Placeholders;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Prompts of a language model whose vocabulary has no image token: the texts between the images are
 * tokenised one by one.
 */
public final class TemplateFormat implements PromptFormat {
  private final PromptTemplate template;
  private final Tokenizer tokenizer;

  private final boolean beside;

  /** Renders prompts by a template and tokenises what stands between the images. */
  public TemplateFormat(PromptTemplate template, Tokenizer tokenizer) {
    this(template, tokenizer, false);
  }

  /**
   * As above.
   *
   * @param beside true if the images stand beside the sequence and each is seen by the text after
   *     it
   */
  TemplateFormat(PromptTemplate template, Tokenizer tokenizer, boolean beside) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.beside = beside;
  }

  @Override
  public String text(Prompt prompt) {
    String text = prompt.text(template.image()).orElseGet(() -> template.render(prompt));
    Placeholders.requireCount(text, template.image(), prompt.media().size());
    return text;
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    List<Segment> segments = new ArrayList<>();
    List<String> texts = Placeholders.split(text, template.image());
    for (int i = 0; i < texts.size(); i++) {
      if (i > 0) {
        segments.add(
            beside
                ? new Segment.Sight(i - 1)
                : new Segment.MediaSlot(i - 1, 0, images.get(i - 1).length()));
      }
      // The template says all that the model is to see; the tokenizer adds nothing around it.
      int[] ids = tokenizer.encode(texts.get(i), false);
      if (ids.length > 0) {
        segments.add(new Segment.Tokens(ids));
      }
    }
    return segments;
  }
}
