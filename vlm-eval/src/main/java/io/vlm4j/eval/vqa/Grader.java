package io.vlm4j.eval.vqa;

/** What an answer to one question is worth. */
public interface Grader {
  /** From 0, wrong, to 1, right. */
  double grade(String answer);

  /** What the grader makes of an answer before it compares it, for people to read. */
  default String understood(String answer) {
    return answer.strip();
  }
}
