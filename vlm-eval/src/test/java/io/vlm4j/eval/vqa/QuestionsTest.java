package io.vlm4j.eval.vqa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageSource;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionsTest {
  private static final String VQA =
      """
      {"data_subtype": "val2014", "questions":
        [{"image_id": 42, "question": "What colour?", "question_id": 42000}]}
      """;
  private static final String ANNOTATIONS =
      """
      {"data_subtype": "val2014", "annotations":
        [{"image_id": 42, "question_id": 42000, "question_type": "what", "answer_type": "other",
          "multiple_choice_answer": "red",
          "answers": [{"answer": "red", "answer_confidence": "yes", "answer_id": 1},
                      {"answer": "Pink", "answer_confidence": "maybe", "answer_id": 2}]}]}
      """;
  private static final String PROBLEMS =
      """
      {"7": {"question": "Which is a mammal?", "choices": ["bat", "owl"], "answer": 0, "hint": "Look.",
             "image": "image.png", "subject": "natural science", "grade": "grade7", "split": "test"},
       "8": {"question": "1 + 1?", "choices": ["1", "2", "3"], "answer": 1, "hint": "",
             "image": null, "subject": "math", "grade": "grade2", "split": "test"},
       "9": {"question": "?", "choices": ["x"], "answer": 0, "image": null}}
      """;
  private static final String SPLITS = "{\"test\": [\"8\", \"7\"], \"train\": [\"9\"]}";

  @TempDir Path temporary;

  @Test
  void vqa() {
    for (Questions format : List.of(Questions.VQAV2, Questions.OKVQA)) {
      VisualQuestion question = read(format, VQA, ANNOTATIONS, null).get(0);
      assertEquals("42000", question.id());
      assertEquals(List.of("COCO_val2014_000000000042.jpg"), question.images());
      assertEquals("What colour?", question.text());
      assertEquals(List.of("red", "Pink"), question.expected());
      assertEquals(Map.of("answer_type", "other", "question_type", "what"), question.groups());
      assertEquals(1 / 6.0, question.grader().grade("pink"), 1e-12); // said by one of two
    }
    assertEquals(
        "img-42.png", read(Questions.VQAV2, VQA, ANNOTATIONS, "img-%d.png").get(0).images().get(0));
    assertThrows(InvalidOptionException.class, () -> read(Questions.VQAV2, VQA, null, null));
    fails(Questions.VQAV2, VQA, "{\"annotations\": []}", "42000");
    fails(Questions.VQAV2, VQA, "[1]", "expected an object");
    fails(Questions.VQAV2, "{}", ANNOTATIONS, "questions");
  }

  @Test
  void gqa() {
    String json =
        """
        {"0512": {"question": "Is it?", "imageId": "n1", "answer": "Yes", "isBalanced": true,
                  "types": {"structural": "verify", "semantic": "attr", "detailed": "x"}}}
        """;
    VisualQuestion question = read(Questions.GQA, json, null, null).get(0);
    assertEquals("0512", question.id());
    assertEquals(List.of("n1.jpg"), question.images());
    assertEquals(1, question.grader().grade("yes"));
    assertEquals(Map.of("structural", "verify", "semantic", "attr"), question.groups());
    fails(
        Questions.GQA, "{\"1\": {\"question\": \"Is it?\", \"imageId\": \"n1\"}}", null, "answer");
  }

  @Test
  void scienceQa() {
    List<VisualQuestion> questions = read(Questions.SCIENCEQA, PROBLEMS, SPLITS, null);
    assertEquals(List.of("8", "7"), questions.stream().map(VisualQuestion::id).toList());
    assertEquals(List.of(), questions.get(0).images());
    VisualQuestion mammal = questions.get(1);
    assertEquals(List.of("test/7/image.png"), mammal.images());
    assertEquals("Look.\nWhich is a mammal?", mammal.text());
    assertEquals(1, mammal.grader().grade("A"));
    assertEquals(
        Map.of("subject", "natural science", "grades", "7-12", "context", "image"),
        mammal.groups());
    assertEquals(
        "1 + 1?\nA. 1\nB. 2\nC. 3\n" + QuestionPrompt.CHOOSE,
        QuestionPrompt.text(questions.get(0), null));
    fails(Questions.SCIENCEQA, PROBLEMS, "{\"dev\": []}", "test", "dev");
    fails(Questions.SCIENCEQA, PROBLEMS, "{\"test\": [\"77\"]}", "77");
  }

  @Test
  void mmmu() {
    String lines =
        """
        {"id": "validation_Art_Theory_1", "question": "See <image 1> or <image 2>?", "options": "['It\\\\'s one', \\"<image 3>\\"]", "answer": "B", "question_type": "multiple-choice", "image_1": "a.png", "image_2": {"path": "b.png"}, "image_3": null}
        {"id": "validation_Math_2", "question": "How much?", "options": "[]", "answer": "['2.5', 'two and a half']", "question_type": "open"}
        """;
    List<VisualQuestion> questions = read(Questions.MMMU, lines, null, null);
    VisualQuestion art = questions.get(0);
    assertEquals(List.of("It's one", "<image 3>"), art.choices());
    assertEquals(List.of("a.png", "b.png", "validation_Art_Theory_1_3.png"), art.images());
    assertEquals(1, art.grader().grade("(B)"));
    assertEquals("Art_Theory", art.groups().get("subject"));
    assertEquals(1, questions.get(1).grader().grade("The answer is 2.50"));
    String array = "[" + lines.strip().replace("\n", ",\n") + "]";
    assertEquals(questions, read(Questions.MMMU, array, null, null));
    fails(Questions.MMMU, lines.replace("\"B\"", "\"C\""), null, "2 options", "C");
    fails(Questions.MMMU, lines.replace("\"B\"", "\"?\""), null, "no answer");
  }

  @Test
  void imagesStandWhereTheQuestionSays() {
    try (ImageSource source = ImageSource.open(TestData.path("images/golden"))) {
      Image small = source.read("small.png");
      Image shapes = source.read("shapes.png");
      List<String> images = List.of("small.png", "shapes.png");
      Prompt placed =
          QuestionPrompt.of(question("Is <image 2> in <image 1>?", images), "One word.", source);
      assertEquals(
          List.of(
              new Part.Text("Is"),
              new Part.Picture(shapes),
              new Part.Text("in"),
              new Part.Picture(small),
              new Part.Text("?\nOne word.")),
          placed.turns().get(0).parts());
      Prompt before = QuestionPrompt.of(question("Same?", images), null, source);
      assertEquals(List.of(small, shapes), before.images());
      assertEquals(new Part.Text("Same?"), before.turns().get(0).parts().get(2));
      VisualQuestion missing = question("<image 3>?", images);
      assertThrows(InvalidDataException.class, () -> QuestionPrompt.of(missing, null, source));
    }
  }

  @Test
  void answersOfFiles() {
    List<VisualQuestion> questions = read(Questions.SCIENCEQA, PROBLEMS, SPLITS, null);
    for (String content :
        List.of(
            "[{\"question_id\": 7, \"answer\": \"A\"},\n {\"question_id\": 8, \"answer\": \"C\"}]",
            "{\"question_id\": \"7\", \"text\": \"A\"}\n{\"id\": \"8\", \"answer\": \"C\"}\n")) {
      AnswerFile file = AnswerFile.read(TinyModels.write(temporary.resolve("a"), content));
      List<String> answers = file.answer(questions, () -> {});
      assertEquals(List.of("C", "A"), answers);
      VqaResult result = VqaResult.of(questions, answers);
      assertEquals(0.5, result.accuracy());
      assertEquals(Map.of("1-6", 0.0, "7-12", 1.0), result.groups().get("grades"));
    }
    AnswerFile empty = AnswerFile.read(TinyModels.write(temporary.resolve("a"), "[]"));
    assertThrows(InvalidDataException.class, () -> empty.answer(questions, () -> {}));
  }

  private static VisualQuestion question(String text, List<String> images) {
    return new VisualQuestion(
        "q", images, text, List.of(), List.of("yes"), new ExactAnswer("yes"), Map.of());
  }

  private void fails(Questions format, String questions, String annotations, String... words) {
    String message =
        assertThrows(InvalidDataException.class, () -> read(format, questions, annotations, null))
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> message + " lacks " + word);
    }
  }

  private List<VisualQuestion> read(
      Questions format, String questions, String annotations, String imageName) {
    Path file = TinyModels.write(temporary.resolve("questions.json"), questions);
    Path other =
        annotations == null
            ? null
            : TinyModels.write(temporary.resolve("annotations.json"), annotations);
    return format.read(new Questions.Files(file, other, null, imageName));
  }
}
