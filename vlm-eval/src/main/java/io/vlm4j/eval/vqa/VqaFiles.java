package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidDataException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Questions of VQA v2 and of OK-VQA, whose images are COCO's. */
final class VqaFiles {
  private VqaFiles() {}

  static List<VisualQuestion> read(Questions.Files files) {
    JsonNode json = JsonNode.read(files.questions());
    JsonNode annotations =
        JsonNode.read(Questions.annotations(files, "a file of annotations with people's answers"));
    Map<String, JsonNode> byId = new HashMap<>();
    for (JsonNode annotation : annotations.get("annotations").asList()) {
      byId.put(Questions.text(annotation.get("question_id")), annotation);
    }
    String subtype =
        json.getString("data_subtype", annotations.getString("data_subtype", "val2014"));
    String imageName =
        files.imageName() == null ? "COCO_" + subtype + "_%012d.jpg" : files.imageName();
    List<VisualQuestion> questions = new ArrayList<>();
    for (JsonNode question : json.get("questions").asList()) {
      String id = Questions.text(question.get("question_id"));
      if (!byId.containsKey(id)) {
        throw new InvalidDataException(annotations.origin() + " has no answers to question " + id);
      }
      questions.add(question(id, question, byId.get(id), imageName));
    }
    return questions;
  }

  private static VisualQuestion question(
      String id, JsonNode question, JsonNode annotation, String imageName) {
    List<String> answers =
        annotation.get("answers").asList().stream().map(a -> a.getString("answer")).toList();
    if (answers.isEmpty()) {
      throw new InvalidDataException(annotation.origin() + ": nobody answered question " + id);
    }
    Map<String, String> groups = new LinkedHashMap<>();
    for (String key : List.of("answer_type", "question_type")) {
      annotation.optional(key).ifPresent(value -> groups.put(key, value.asString()));
    }
    return new VisualQuestion(
        id,
        List.of(Questions.imageName(imageName, question.get("image_id"))),
        question.getString("question"),
        List.of(),
        answers,
        new VqaConsensus(answers),
        groups);
  }
}
