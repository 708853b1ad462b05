package io.vlm4j.eval.vqa;

import io.vlm4j.error.InvalidDataException;
import io.vlm4j.image.ImageSource;
import io.vlm4j.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A question as a model is asked. */
public final class QuestionPrompt {
  /** Comes behind a question with options unless something else is wanted. */
  public static final String CHOOSE = "Answer with the letter of the right option.";

  private static final Pattern PLACEHOLDER = Pattern.compile("<image (\\d)>");

  private QuestionPrompt() {}

  /** The question, its options a line each, and an instruction, in words. */
  public static String text(VisualQuestion question, String instruction) {
    List<String> lines = new ArrayList<>(List.of(question.text()));
    lines.addAll(ChosenOption.lettered(question.choices()));
    String last = instruction == null ? question.choices().isEmpty() ? "" : CHOOSE : instruction;
    if (!last.isBlank()) {
      lines.add(last);
    }
    return String.join("\n", lines);
  }

  /**
   * With the images where the question says, else before it.
   *
   * @param instruction comes last; null for {@link #CHOOSE} where there are options
   */
  public static Prompt of(VisualQuestion question, String instruction, ImageSource images) {
    String text = text(question, instruction);
    Matcher placeholder = PLACEHOLDER.matcher(text);
    Prompt.Builder prompt = Prompt.builder();
    if (!placeholder.find()) {
      question.images().forEach(name -> prompt.image(images.read(name)));
      return prompt.text(text).build();
    }
    int from = 0;
    do {
      addText(prompt, text.substring(from, placeholder.start()));
      prompt.image(images.read(image(question, Integer.parseInt(placeholder.group(1)))));
      from = placeholder.end();
    } while (placeholder.find());
    addText(prompt, text.substring(from));
    return prompt.build();
  }

  private static void addText(Prompt.Builder prompt, String text) {
    if (!text.isBlank()) {
      prompt.text(text.strip());
    }
  }

  private static String image(VisualQuestion question, int number) {
    if (number < 1 || number > question.images().size()) {
      throw new InvalidDataException(
          "question "
              + question.id()
              + " speaks of image "
              + number
              + ", and has "
              + question.images().size());
    }
    return question.images().get(number - 1);
  }
}
