package io.vlm4j.eval.vqa;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question of a data set.
 *
 * @param id its id there
 * @param images names of the images that it is about; may be empty
 * @param text the question; {@code <image 1>} stands for the first image where the question says
 *     where images go
 * @param choices answers to choose from; none for an open question
 * @param expected right answers, to show
 * @param grader what an answer is worth
 * @param groups kinds of questions whose accuracy is told apart, such as {@code answer type:
 *     number}
 */
public record VisualQuestion(
    String id,
    List<String> images,
    String text,
    List<String> choices,
    List<String> expected,
    Grader grader,
    Map<String, String> groups) {
  /** Copies the lists. */
  public VisualQuestion {
    images = List.copyOf(images);
    choices = List.copyOf(choices);
    expected = List.copyOf(expected);
    groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
  }
}
