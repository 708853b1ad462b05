package io.vlm4j.eval.vqa;

import java.util.List;

/** Answers questions about images. */
@FunctionalInterface
public interface Answerer {
  /**
   * Answers questions.
   *
   * @param progress runs after each
   * @return an answer for each, in order
   */
  List<String> answer(List<VisualQuestion> questions, Runnable progress);
}
