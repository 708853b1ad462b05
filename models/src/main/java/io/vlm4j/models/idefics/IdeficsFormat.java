package io.vlm4j.models.idefics;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.models.prefix.ImageEmbeddings;
import io.vlm4j.models.prefix.Placeholders;
import io.vlm4j.models.prefix.PromptFormat;
import io.vlm4j.models.prefix.Sights;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.prompt.Turn;
import io.vlm4j.text.SpecialTokens;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The convention of IDEFICS' processor: {@code <image>} between tokens that stand around images,
 * and in models that were tuned to talk an end of each utterance.
 */
final class IdeficsFormat implements PromptFormat {
  static final String IMAGE = "<image>";
  static final String AROUND_IMAGE = "<fake_token_around_image>";
  private static final String END_OF_UTTERANCE = "<end_of_utterance>";
  private static final String CAPTION = "Describe this image.";

  private final Tokenizer tokenizer;
  private final boolean talks;
  private final int endOfDocument;

  IdeficsFormat(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.talks = tokenizer.id(END_OF_UTTERANCE).isPresent();
    this.endOfDocument = tokenizer.specialTokens().eosId().orElse(-1);
  }

  @Override
  public String text(Prompt prompt) {
    String text =
        prompt
            .rawText()
            .orElseGet(() -> join(prompt.isVerbatim() ? verbatim(prompt) : talk(prompt)));
    Placeholders.requireCount(text, IMAGE, prompt.media().size());
    return text;
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    return Sights.split(
        tokenizer.encode(text, false), tokenizer.id(IMAGE).orElseThrow(), endOfDocument);
  }

  /** A sequence of texts and images (null). */
  private String join(List<Part> parts) {
    StringBuilder text =
        new StringBuilder(
            tokenizer.specialTokens().bos().map(SpecialTokens.Token::text).orElse(""));
    boolean afterImage = false;
    for (Part part : parts) {
      if (part instanceof Part.Text words) {
        text.append(strip(words.text()));
      } else {
        text.append(afterImage ? "" : AROUND_IMAGE).append(IMAGE).append(AROUND_IMAGE);
      }
      afterImage = !(part instanceof Part.Text);
    }
    return text.toString();
  }

  /** The parts; where a text follows a text, the one before was an utterance. */
  private List<Part> verbatim(Prompt prompt) {
    List<Part> parts = new ArrayList<>();
    Part last = null;
    for (Part part : prompt.turns().get(0).parts()) {
      if (talks && part instanceof Part.Text && last instanceof Part.Text) {
        parts.add(new Part.Text(END_OF_UTTERANCE));
      }
      parts.add(part);
      last = part;
    }
    return parts;
  }

  private List<Part> talk(Prompt prompt) {
    List<Part> parts = new ArrayList<>();
    String end = talks ? END_OF_UTTERANCE : "";
    for (Turn turn : prompt.turns()) {
      switch (turn.role()) {
        case SYSTEM -> parts.add(new Part.Text(turn.text("") + "\n"));
        case ASSISTANT -> parts.add(new Part.Text("\u0000" + turn.text("") + end + "\n"));
        case USER -> {
          parts.add(new Part.Text("User:"));
          parts.addAll(turn.parts());
          if (turn.parts().stream().noneMatch(Part.Text.class::isInstance)) {
            parts.add(new Part.Text(CAPTION));
          }
          parts.add(new Part.Text(end + "\nAssistant:"));
        }
        default -> throw new InvalidPromptException("unknown role " + turn.role());
      }
    }
    return parts;
  }

  /** The processor takes spaces off each text. */
  private static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == ' ') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == ' ') {
      to--;
    }
    return text.substring(from, to).replace('\u0000', ' ');
  }
}
