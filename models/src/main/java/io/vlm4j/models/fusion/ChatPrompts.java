package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.prompt.Turn;
import io.vlm4j.text.ChatMessage;
import io.vlm4j.text.ChatTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Turns as text, by a folder's chat template. */
public final class ChatPrompts {
  /** What an instruction-tuned model is asked when the user only shows an image. */
  private static final String CAPTION = "Describe the image in one short sentence.";

  private ChatPrompts() {}

  /**
   * The template of a folder; where it has none, the convention of LLaVA-1.5.
   *
   * @param placeholder stands for an image in the text
   */
  public static Function<Prompt, String> of(ModelFolder folder, String placeholder) {
    return folder
        .chatTemplate()
        .map(ChatPrompts::byTemplate)
        .orElse(prompt -> vicuna(prompt, placeholder));
  }

  private static Function<Prompt, String> byTemplate(ChatTemplate template) {
    return prompt ->
        template.render(prompt.turns().stream().map(ChatPrompts::message).toList(), true);
  }

  private static ChatMessage message(Turn turn) {
    List<ChatMessage.Content> content = new ArrayList<>();
    for (Part part : withRequest(turn)) {
      content.add(
          part instanceof Part.Text text
              ? ChatMessage.Content.text(text.text())
              : ChatMessage.Content.image());
    }
    return new ChatMessage(turn.role().name().toLowerCase(Locale.ROOT), content);
  }

  private static String vicuna(Prompt prompt, String placeholder) {
    StringBuilder text = new StringBuilder();
    for (Turn turn : prompt.turns()) {
      if (turn.role() != Turn.Role.SYSTEM) {
        text.append(turn.role().name()).append(": ");
      }
      for (Part part : withRequest(turn)) {
        text.append(part instanceof Part.Text t ? t.text() + " " : placeholder + "\n");
      }
    }
    return text.append("ASSISTANT:").toString();
  }

  /** The parts of a turn; a user who only shows images asks for a caption. */
  private static List<Part> withRequest(Turn turn) {
    if (turn.parts().stream().anyMatch(Part.Video.class::isInstance)) {
      throw new InvalidPromptException(
          "this model takes images, not videos; give the frames as images");
    }
    boolean silent = turn.parts().stream().noneMatch(Part.Text.class::isInstance);
    if (!silent || turn.role() != Turn.Role.USER) {
      return turn.parts();
    }
    List<Part> parts = new ArrayList<>(turn.parts());
    parts.add(new Part.Text(CAPTION));
    return parts;
  }
}
