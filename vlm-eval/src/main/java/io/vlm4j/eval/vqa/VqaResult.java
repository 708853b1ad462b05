package io.vlm4j.eval.vqa;

import io.vlm4j.eval.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Answers with what they are worth.
 *
 * @param graded in order
 */
public record VqaResult(List<Graded> graded) {
  /**
   * An answer.
   *
   * @param details what else is to be shown of it, by name
   */
  public record Graded(
      VisualQuestion question, String answer, double score, Map<String, Object> details) {}

  /** Grades answers, one for each question. */
  public static VqaResult of(List<VisualQuestion> questions, List<String> answers) {
    List<Graded> graded = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      VisualQuestion question = questions.get(i);
      graded.add(
          new Graded(question, answers.get(i), question.grader().grade(answers.get(i)), Map.of()));
    }
    return new VqaResult(graded);
  }

  /** The mean of all scores. */
  public double accuracy() {
    return graded.stream().mapToDouble(Graded::score).average().orElse(0);
  }

  /** The means of the groups: by kind of group, by group. */
  public Map<String, Map<String, Double>> groups() {
    Map<String, Map<String, List<Double>>> scores = new LinkedHashMap<>();
    for (Graded one : graded) {
      one.question()
          .groups()
          .forEach(
              (kind, group) ->
                  scores
                      .computeIfAbsent(kind, k -> new TreeMap<>())
                      .computeIfAbsent(group, g -> new ArrayList<>())
                      .add(one.score()));
    }
    Map<String, Map<String, Double>> means = new LinkedHashMap<>();
    scores.forEach(
        (kind, groups) -> {
          Map<String, Double> ofKind = new LinkedHashMap<>();
          groups.forEach((group, all) -> ofKind.put(group, mean(all)));
          means.put(kind, ofKind);
        });
    return means;
  }

  private static double mean(List<Double> scores) {
    return Report.rounded(scores.stream().mapToDouble(score -> score).average().orElse(0));
  }

  /** To print, write and look at. */
  public Report report(String title) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("questions", graded.size());
    figures.put("accuracy", Report.rounded(accuracy()));
    figures.putAll(groups());
    return new Report(title, figures, graded.stream().map(VqaResult::item).toList());
  }

  private static Report.Item item(Graded one) {
    VisualQuestion question = one.question();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("question_id", question.id());
    fields.put("question", question.text());
    if (!question.choices().isEmpty()) {
      fields.put("choices", ChosenOption.lettered(question.choices()));
    }
    fields.put("answer", one.answer());
    fields.put("understood", question.grader().understood(one.answer()));
    fields.put("expected", question.expected());
    fields.put("score", Report.rounded(one.score()));
    fields.putAll(one.details());
    Boolean good = one.score() == 0 ? Boolean.FALSE : one.score() == 1 ? Boolean.TRUE : null;
    return new Report.Item(question.images(), fields, good);
  }
}
