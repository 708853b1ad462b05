package io.vlm4j.eval.vqa;

import io.vlm4j.eval.BatchedModel;
import io.vlm4j.image.ImageSource;
import java.util.List;

/**
 * A vision-language model that answers questions.
 *
 * @param images is another's to close
 * @param instruction comes behind each question; null for the data set's own
 */
public record ModelAnswerer(BatchedModel model, ImageSource images, String instruction)
    implements Answerer {
  @Override
  public List<String> answer(List<VisualQuestion> questions, Runnable progress) {
    return model.write(
        questions, question -> QuestionPrompt.of(question, instruction, images), progress);
  }
}
