package io.vlm4j.eval.vqa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the official evaluations, whose verdicts {@code make_reference.py} wrote down. */
class GradersTest {
  private static final ChosenOption FRUIT =
      new ChosenOption(List.of("apple", "pear", "apple pie", "A banana"), 1);

  @Test
  void consensusIsTheOfficialOne() {
    List<JsonNode> cases = JsonNode.read(TestData.path("eval/vqa/consensus.json")).asList();
    assertEquals(400, cases.size());
    for (JsonNode one : cases) {
      List<String> people = one.getList("answers").stream().map(JsonNode::asString).toList();
      String answer = one.getString("answer");
      VqaConsensus consensus = new VqaConsensus(people);
      assertEquals(one.getString("form"), consensus.understood(answer), one::toString);
      assertEquals(one.getDouble("accuracy"), consensus.grade(answer), 1e-7, one::toString);
    }
  }

  @Test
  void consensusCountsPeople() {
    List<String> people = List.of("2", "2", "two", "3", "3", "3", "3", "no", "No", "dont know");
    VqaConsensus consensus = new VqaConsensus(people);
    assertEquals(0.9, consensus.grade("Two."), 1e-12); // 3 * 2/3 + 7 * 1
    assertEquals(1, consensus.grade("three"), 1e-12);
    assertEquals(0.6, consensus.grade("no"), 1e-12);
    assertEquals(0.3, consensus.grade("don't know"), 1e-12);
    assertEquals(0, consensus.grade("4"), 1e-12);
  }

  @Test
  void openAnswersAreJudgedAsTheOfficialEvaluationDoes() {
    List<JsonNode> cases = JsonNode.read(TestData.path("eval/vqa/open.json")).asList();
    assertEquals(247, cases.size());
    for (JsonNode one : cases) {
      List<String> expected = one.getList("expected").stream().map(JsonNode::asString).toList();
      double right = one.get("right").asBoolean() ? 1 : 0;
      assertEquals(right, new OpenAnswer(expected).grade(one.getString("reply")), one::toString);
    }
  }

  @Test
  void exactAnswers() {
    ExactAnswer answer = new ExactAnswer("traffic light");
    assertEquals(1, answer.grade(" Traffic light.\n"));
    assertEquals(0, answer.grade("the traffic light"));
    assertEquals(0, answer.grade(""));
  }

  @Test
  void optionsAreUnderstood() {
    for (String answer :
        List.of(
            "B",
            "b",
            "B.",
            "(B)",
            "B. pear",
            "B) because it is green",
            "The answer is B.",
            "the ANSWER is (b)",
            "Answer: B",
            "Is it A? No. The answer is A or so... The answer is B, I think.",
            "It is (A) at first sight, but (B) in the end",
            "I would say B",
            "pear",
            "Pear.",
            "It must be the pear")) {
      assertEquals("B", FRUIT.understood(answer), answer);
      assertEquals(1, FRUIT.grade(answer), answer);
    }
    assertEquals("C", FRUIT.understood("an apple pie")); // not the apple in it
    assertEquals("A", FRUIT.understood("A"));
    assertEquals("D", FRUIT.understood("a banana"));
    for (String answer : List.of("", "E", "The answer is Z", "plum", "?", "none of them")) {
      assertEquals("", FRUIT.understood(answer), answer);
      assertEquals(0, FRUIT.grade(answer), answer);
    }
    assertThrows(IllegalArgumentException.class, () -> new ChosenOption(List.of("a"), 1));
  }
}
