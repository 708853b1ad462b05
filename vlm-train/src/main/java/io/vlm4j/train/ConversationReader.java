package io.vlm4j.train;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.Image;
import io.vlm4j.instruct.Dialogue.Exchange;
import io.vlm4j.instruct.LlavaExample;
import io.vlm4j.models.assembled.TemplateFormat;
import io.vlm4j.models.fusion.Placeholders;
import io.vlm4j.prompt.Prompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * Turns conversations into tokens, laid out as generation lays them out: the image comes first, as
 * LLaVA puts it, and each answer stands where the model would give it. What is learnt are the
 * answers' tokens and the end token after each.
 */
final class ConversationReader {
  private static final Image DOT = Image.ofRgb(1, 1, new byte[3]);

  private final TemplateFormat format;
  private final String placeholder;
  private final Trainee trainee;
  private final int maxTokens;

  ConversationReader(Trainee trainee, int maxTokens) {
    this.trainee = trainee;
    this.maxTokens = maxTokens;
    this.placeholder = trainee.parts().prompt().image();
    this.format = new TemplateFormat(trainee.parts().prompt(), trainee.language().tokenizer());
  }

  /**
   * Reads an example.
   *
   * @param places of images among the images
   * @return nothing if its first exchange is too long
   * @throws InvalidModelException if the prompt's template cannot be learnt
   */
  Optional<Conversation> read(LlavaExample example, ToIntFunction<String> places) {
    Layout layout = new Layout();
    Prompt.Builder builder = Prompt.builder();
    example.image().ifPresent(name -> builder.image(DOT));
    String said = "";
    List<Exchange> exchanges = example.dialogue().exchanges();
    for (Exchange exchange : exchanges) {
      String text = format.text(builder.text(exchange.question()).build());
      if (!text.startsWith(said)) {
        throw new InvalidModelException(
            "the prompt's template writes an earlier answer otherwise than it stands where it was"
                + " given; conversations of several turns cannot be learnt with it");
      }
      Layout longer = layout.copy();
      longer.ask(text.substring(said.length()));
      longer.answer(exchange.answer());
      if (longer.tokens.size() > maxTokens) {
        break;
      }
      layout = longer;
      said = text + exchange.answer();
      builder.assistant(exchange.answer());
    }
    return layout.tokens.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Conversation(
                example.id(),
                example
                    .image()
                    .map(n -> OptionalInt.of(places.applyAsInt(n)))
                    .orElse(OptionalInt.empty()),
                layout.imageAt,
                ints(layout.tokens),
                ints(layout.targets),
                exchanges.get(0).question()));
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Tokens that grow. */
  private final class Layout {
    private final List<Integer> tokens = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();
    private int imageAt;

    Layout copy() {
      Layout copy = new Layout();
      copy.tokens.addAll(tokens);
      copy.targets.addAll(targets);
      copy.imageAt = imageAt;
      return copy;
    }

    void ask(String text) {
      List<String> sides = Placeholders.split(text, placeholder);
      for (int i = 0; i < sides.size(); i++) {
        if (i > 0) {
          imageAt = tokens.size();
        }
        add(trainee.tokens(sides.get(i)));
      }
      if (tokens.isEmpty() || sides.get(sides.size() - 1).isEmpty()) {
        throw new InvalidModelException(
            "the prompt has no token between the question and the answer; give the template an"
                + " answer text");
      }
    }

    /** The token before an answer predicts its first, and its last one the end. */
    void answer(String text) {
      int before = tokens.size() - 1;
      int[] answer = trainee.tokens(text);
      add(answer);
      for (int i = 0; i <= answer.length; i++) {
        targets.set(before + i, i < answer.length ? answer[i] : trainee.endToken());
      }
    }

    private void add(int... more) {
      for (int token : more) {
        tokens.add(token);
      }
      targets.addAll(Collections.nCopies(more.length, Conversation.NOTHING));
    }
  }
}
