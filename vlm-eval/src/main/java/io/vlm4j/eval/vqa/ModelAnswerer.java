package io.vlm4j.eval.vqa;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.data.ImageSource;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;

/** A vision-language model that answers questions, several side by side. */
public final class ModelAnswerer implements Answerer {
  private final VisionLanguageModel model;
  private final GenerationOptions options;
  private final ImageSource images;
  private final String instruction;
  private final int batch;

  /**
   * @param model is another's to close
   * @param images is another's to close
   * @param instruction comes behind each question; null for the data set's own
   * @param batch questions that are answered together, at least 1
   */
  public ModelAnswerer(
      VisionLanguageModel model,
      GenerationOptions options,
      ImageSource images,
      String instruction,
      int batch) {
    this.model = model;
    this.options = options;
    this.images = images;
    this.instruction = instruction;
    this.batch = batch;
  }

  @Override
  public List<String> answer(List<VisualQuestion> questions, Runnable progress) {
    List<String> answers = new ArrayList<>();
    for (int from = 0; from < questions.size(); from += batch) {
      List<Prompt> prompts =
          questions.subList(from, Math.min(questions.size(), from + batch)).stream()
              .map(question -> QuestionPrompt.of(question, instruction, images))
              .toList();
      for (Generation generation : model.generate(prompts, options)) {
        answers.add(generation.text().strip());
        progress.run();
      }
    }
    return answers;
  }
}
