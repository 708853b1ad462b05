package io.vlm4j.models.blip2;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.prompt.Turn;
import io.vlm4j.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The convention of BLIP-2: what the queries read of the one image, then the text. */
final class QueryPrefixFormat implements PromptFormat {
  private final Tokenizer tokenizer;
  private final int imageTokenId;
  private final Wording wording;

  QueryPrefixFormat(Tokenizer tokenizer, int imageTokenId, Wording wording) {
    this.tokenizer = tokenizer;
    this.imageTokenId = imageTokenId;
    this.wording = wording;
  }

  @Override
  public int imageTokenId() {
    return imageTokenId;
  }

  @Override
  public String text(Prompt prompt) {
    if (prompt.images().size() != 1) {
      throw new InvalidPromptException(
          "this model takes one image a prompt; given are " + prompt.images().size());
    }
    return prompt.rawText().orElseGet(() -> wording.of(prompt));
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment.MediaSlot(0, 0, images.get(0).length()));
    int[] ids = tokenizer.encode(text);
    if (ids.length > 0) {
      segments.add(new Segment.Tokens(ids));
    }
    return segments;
  }

  /**
   * How requests are put into words.
   *
   * @param beforeQuestion stands before a user's text
   * @param afterQuestion stands after it
   * @param caption asks for a caption; may be empty
   */
  record Wording(String beforeQuestion, String afterQuestion, String caption) {
    /** The questions of BLIP-2's paper; without text it captions. */
    static final Wording BLIP2 = new Wording("Question: ", " Answer:", "");

    /** Instructions as they are; the caption's is one of InstructBLIP's paper. */
    static final Wording INSTRUCT = new Wording("", "", "A short image description.");

    String of(Prompt prompt) {
      return prompt.turns().stream().map(this::words).collect(Collectors.joining(" ")).strip();
    }

    private String words(Turn turn) {
      if (turn.parts().stream().anyMatch(Part.Video.class::isInstance)) {
        throw new InvalidPromptException("this model takes an image, not a video");
      }
      String text =
          turn.parts().stream()
              .filter(Part.Text.class::isInstance)
              .map(part -> ((Part.Text) part).text())
              .collect(Collectors.joining(" "));
      if (turn.role() != Turn.Role.USER) {
        return text;
      }
      return text.isEmpty() ? caption : beforeQuestion + text + afterQuestion;
    }
  }
}
