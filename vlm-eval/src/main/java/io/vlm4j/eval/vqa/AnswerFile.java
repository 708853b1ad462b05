package io.vlm4j.eval.vqa;

import io.vlm4j.config.JsonNode;
import io.vlm4j.data.DataFiles;
import io.vlm4j.error.InvalidDataException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers that were given before: a JSON array as the evaluation server of VQA takes it, or JSON
 * lines as LLaVA writes them. Each has {@code question_id} (or {@code id}) and {@code answer} (or
 * {@code text}).
 */
public final class AnswerFile implements Answerer {
  private final Path file;
  private final Map<String, String> answers = new HashMap<>();

  private AnswerFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidDataException if it is not such
   */
  public static AnswerFile read(Path file) {
    AnswerFile read = new AnswerFile(file);
    DataFiles.jsonRows(file).forEach(read::add);
    return read;
  }

  private void add(JsonNode row) {
    DataFiles.readingJson(
        () -> {
          String id = Questions.text(row.get(row.has("question_id") ? "question_id" : "id"));
          String answer = Questions.text(row.get(row.has("answer") ? "answer" : "text"));
          return answers.put(id, answer);
        });
  }

  @Override
  public List<String> answer(List<VisualQuestion> questions, Runnable progress) {
    return questions.stream().map(this::answer).toList();
  }

  private String answer(VisualQuestion question) {
    String answer = answers.get(question.id());
    if (answer == null) {
      throw new InvalidDataException(file + " has no answer to question " + question.id());
    }
    return answer;
  }
}
