package io.vlm4j.models.openflamingo;

import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.Placeholders;
import io.vlm4j.models.fusion.PromptFormat;
import io.vlm4j.models.fusion.Sights;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Segment;
import io.vlm4j.prompt.Turn;
import io.vlm4j.text.Tokenizer;
import java.util.List;
import java.util.stream.Collectors;

/** The prompts that OpenFlamingo was evaluated with. */
final class OpenFlamingoFormat implements PromptFormat {
  static final String IMAGE = "<image>";
  static final String END_OF_CHUNK = "<|endofchunk|>";

  private final Tokenizer tokenizer;

  OpenFlamingoFormat(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public String text(Prompt prompt) {
    String text =
        prompt
            .text(IMAGE)
            .orElseGet(
                () ->
                    prompt.turns().stream()
                        .map(OpenFlamingoFormat::words)
                        .collect(Collectors.joining()));
    Placeholders.requireCount(text, IMAGE, prompt.media().size());
    return text;
  }

  @Override
  public List<Segment> segments(String text, List<ImageEmbeddings> images) {
    return Sights.split(tokenizer.encode(text), tokenizer.id(IMAGE).orElseThrow(), -1);
  }

  private static String words(Turn turn) {
    String text = turn.text(IMAGE);
    if (turn.role() == Turn.Role.ASSISTANT) {
      return text + END_OF_CHUNK;
    }
    List<Part> parts = turn.parts();
    boolean image = parts.get(0).media().isPresent();
    if (turn.role() == Turn.Role.USER && image && parts.size() == 1) {
      return IMAGE + "Output:";
    }
    if (turn.role() == Turn.Role.USER
        && image
        && parts.get(1) instanceof Part.Text question
        && parts.size() == 2) {
      return IMAGE + "Question:" + question.text() + " Short answer:";
    }
    return text;
  }
}
