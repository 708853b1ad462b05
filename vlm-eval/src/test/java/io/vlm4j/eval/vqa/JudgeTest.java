package io.vlm4j.eval.vqa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.chat.ChatTurn;
import io.vlm4j.eval.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final List<VisualQuestion> QUESTIONS =
      Stream.of("one", "two", "three", "four")
          .map(
              text ->
                  new VisualQuestion(
                      text,
                      List.of(),
                      "Question " + text,
                      List.of("x", "y"),
                      List.of("B"),
                      new ChosenOption(List.of("x", "y"), 1),
                      Map.of()))
          .toList();

  private static final class FakeModel implements ChatModel {
    private final List<List<ChatTurn>> asked = new ArrayList<>();
    private final List<String> replies;

    FakeModel(String... replies) {
      this.replies = List.of(replies);
    }

    @Override
    public String reply(List<ChatTurn> turns) {
      asked.add(turns);
      return replies.get(asked.size() - 1);
    }

    @Override
    public void close() {}
  }

  @Test
  void decidesOnlyWhereTheTwoDisagree() {
    FakeModel model = new FakeModel("Hm. The answer is B.", "I cannot tell.", "The answer is A.");
    List<String> first = List.of("B", "A", "no idea", "x");
    List<String> second = List.of("The answer is B.", "B", "B", "B");
    Judge.Ensemble ensemble = new Judge(model).decide(QUESTIONS, first, second, () -> {});
    assertEquals(
        List.of(
            Judge.Decision.AGREED,
            Judge.Decision.JUDGED,
            Judge.Decision.UNDECIDED,
            Judge.Decision.JUDGED),
        ensemble.decisions());
    assertEquals(
        List.of("B", "B", "B", "A"),
        ensemble.result().graded().stream().map(VqaResult.Graded::answer).toList());
    assertEquals(3, model.asked.size());
    String request = model.asked.get(0).get(1).text();
    for (String part :
        List.of("Question two", "A. x\nB. y", "first assistant: A", "second assistant: B")) {
      assertTrue(request.contains(part), request);
    }
    Report report = ensemble.report("ScienceQA");
    assertEquals(0.75, report.figures().get("accuracy"));
    assertEquals(0.25, report.figures().get("accuracy_of_first"));
    assertEquals(1.0, report.figures().get("accuracy_of_second"));
    assertEquals(2L, report.figures().get("judged"));
    assertEquals("undecided", report.items().get(2).fields().get("decision"));
  }

  @Test
  void answersWithoutTheImage() {
    FakeModel model = new FakeModel("The answer is A.", "", "B", "C");
    List<String> answers = new Judge(model).answer(QUESTIONS, () -> {});
    assertEquals(List.of("The answer is A.", "", "B", "C"), answers);
    assertTrue(model.asked.get(0).get(0).text().startsWith("Question one\nA. x\nB. y\n"));
  }
}
