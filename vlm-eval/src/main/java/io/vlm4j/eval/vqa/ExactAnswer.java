package io.vlm4j.eval.vqa;

import java.util.Locale;

/**
 * GQA's rule: the answer is the expected one, letter for letter. Capitals and a period at the end
 * are forgiven, as models write sentences.
 *
 * @param expected the right answer
 */
public record ExactAnswer(String expected) implements Grader {
  @Override
  public double grade(String answer) {
    return understood(answer).equals(understood(expected)) ? 1 : 0;
  }

  @Override
  public String understood(String answer) {
    return answer.strip().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "").strip();
  }
}
