package io.vlm4j.models.idefics;

import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.Placeholders;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.models.fusion.Sights;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.prompt.Turn;
import io.vlm4j.text.SpecialTokens;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The convention of IDEFICS' processor: {@code <image>} between tokens that stand around images,
 * and in models that were tuned to talk an end of each utterance.
 */
final class IdeficsFormat implements PromptFormat {
  static final String IMAGE = "<image>";
  static final String AROUND_IMAGE = "<fake_token_around_image>";
  private static final String END_OF_UTTERANCE = "<end_of_utterance>";
  private static final String CAPTION = "Describe this image.";

  private static final Pattern SPACES_AROUND = Pattern.compile("^ +| +$");

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

  /** Texts and images as the processor joins them. */
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

  /** User and assistant in turns, each text in one piece. */
  private List<Part> talk(Prompt prompt) {
    List<Part> parts = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    String end = talks ? END_OF_UTTERANCE : "";
    for (Turn turn : prompt.turns()) {
      if (turn.role() == Turn.Role.USER) {
        words.append("User:");
        for (Part part : request(turn)) {
          if (part instanceof Part.Text text) {
            words.append(strip(text.text()));
          } else {
            parts.add(new Part.Text(words.toString()));
            parts.add(part);
            words.setLength(0);
          }
        }
        words.append(end).append("\nAssistant:");
      } else if (turn.role() == Turn.Role.ASSISTANT) {
        words.append(' ').append(strip(turn.text(""))).append(end).append('\n');
      } else {
        words.append(turn.text("")).append('\n');
      }
    }
    parts.add(new Part.Text(words.toString()));
    return parts;
  }

  /** The parts of a user's turn; one who only shows images asks for a caption. */
  private static List<Part> request(Turn turn) {
    if (turn.parts().stream().anyMatch(Part.Text.class::isInstance)) {
      return turn.parts();
    }
    List<Part> parts = new ArrayList<>(turn.parts());
    parts.add(new Part.Text(CAPTION));
    return parts;
  }

  /** The processor takes spaces off each text, and no other white space. */
  private static String strip(String text) {
    return SPACES_AROUND.matcher(text).replaceAll("");
  }
}
