package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Questions of GQA: an object from a question's id to the question. */
final class GqaFiles {
  private GqaFiles() {}

  static List<VisualQuestion> read(Questions.Files files) {
    JsonNode json = JsonNode.read(files.questions());
    String imageName = files.imageName() == null ? "%s.jpg" : files.imageName();
    List<VisualQuestion> questions = new ArrayList<>();
    for (String id : json.keys()) {
      JsonNode question = json.get(id);
      String answer = question.getString("answer");
      Map<String, String> groups = new LinkedHashMap<>();
      JsonNode types = question.objectOrEmpty("types");
      for (String key : List.of("structural", "semantic")) {
        types.optional(key).ifPresent(value -> groups.put(key, value.asString()));
      }
      questions.add(
          new VisualQuestion(
              id,
              List.of(Questions.imageName(imageName, question.get("imageId"))),
              question.getString("question"),
              List.of(),
              List.of(answer),
              new ExactAnswer(answer),
              groups));
    }
    return questions;
  }
}
