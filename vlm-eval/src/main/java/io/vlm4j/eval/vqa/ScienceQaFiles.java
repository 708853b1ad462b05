package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Problems of ScienceQA, of which some have an image: {@code SPLIT/ID/image.png}. */
final class ScienceQaFiles {
  private ScienceQaFiles() {}

  static List<VisualQuestion> read(Questions.Files files) {
    JsonNode problems = JsonNode.read(files.questions());
    String split = files.split() == null ? "test" : files.split();
    JsonNode splits = JsonNode.read(Questions.annotations(files, "pid_splits.json"));
    if (!splits.has(split)) {
      throw new InvalidDataException(
          splits.origin() + " has no split '" + split + "'; it has " + splits.keys());
    }
    List<VisualQuestion> questions = new ArrayList<>();
    for (JsonNode id : splits.getList(split)) {
      String problemId = Questions.text(id);
      questions.add(question(problemId, problems.get(problemId), split));
    }
    return questions;
  }

  private static VisualQuestion question(String id, JsonNode problem, String split) {
    List<String> choices =
        problem.get("choices").asList().stream().map(JsonNode::asString).toList();
    int right = problem.getInt("answer");
    if (right < 0 || right >= choices.size()) {
      throw new InvalidDataException(
          problem.origin()
              + ": problem "
              + id
              + " has "
              + choices.size()
              + " choices, and the answer "
              + right);
    }
    String hint = problem.getString("hint", "").strip();
    List<String> images =
        problem.optional("image").map(JsonNode::asString).filter(name -> !name.isBlank()).stream()
            .map(name -> split + "/" + id + "/" + name)
            .toList();
    Map<String, String> groups = new LinkedHashMap<>();
    problem.optional("subject").ifPresent(value -> groups.put("subject", value.asString()));
    problem.optional("grade").ifPresent(value -> groups.put("grades", grades(value.asString())));
    groups.put("context", !images.isEmpty() ? "image" : hint.isEmpty() ? "none" : "text");
    String question = problem.getString("question").strip();
    return new VisualQuestion(
        id,
        images,
        hint.isEmpty() ? question : hint + "\n" + question,
        choices,
        List.of(ChosenOption.letter(right)),
        new ChosenOption(choices, right),
        groups);
  }

  /** The paper tells grades 1 to 6 from 7 to 12. */
  private static String grades(String grade) {
    String digits = grade.replaceAll("\\D", "");
    return digits.isEmpty() ? grade : Integer.parseInt(digits) <= 6 ? "1-6" : "7-12";
  }
}
