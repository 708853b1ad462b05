package io.vlm4j.eval.vqa;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.chat.ChatTurn;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.eval.report.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Two answer, and where they do not agree a chat model, which sees no image, reads the question and
 * both answers and decides. If it does not decide for an option, the first answer counts, or the
 * second where the first names none.
 *
 * @see <a href="https://arxiv.org/abs/2304.08485">Visual instruction tuning</a>, section 5.2: LLaVA
 *     with GPT-4 as judge
 */
public final class Judge {
  private static final String INSTRUCTIONS =
      "Two assistants answered a question of a school test. The first saw the picture that may belong"
          + " to it, the second did not; you do not see it either. Weigh what they say against the"
          + " question and the options, and against what you know. Think in a few sentences, then end"
          + " with a line of the form: The answer is X.";

  private final ChatModel model;

  /**
   * @param model is another's to close
   */
  public Judge(ChatModel model) {
    this.model = model;
  }

  /** How a question was decided. */
  public enum Decision {
    /** Both named the same option. */
    AGREED,
    /** They did not, and the judge named one. */
    JUDGED,
    /** They did not, and the judge named none. */
    UNDECIDED
  }

  /**
   * Decides.
   *
   * @param questions all with choices
   * @param first an answer to each
   * @param second another answer to each
   * @param progress runs after each
   */
  public Ensemble decide(
      List<VisualQuestion> questions, List<String> first, List<String> second, Runnable progress) {
    List<VqaResult.Graded> graded = new ArrayList<>();
    List<Decision> decisions = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Verdict verdict = decide(questions.get(i), first.get(i), second.get(i));
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("first", first.get(i));
      details.put("second", second.get(i));
      details.put("decision", verdict.decision.name().toLowerCase(Locale.ROOT));
      details.put("judge", verdict.words);
      VisualQuestion question = questions.get(i);
      double score = question.grader().grade(verdict.answer);
      graded.add(new VqaResult.Graded(question, verdict.answer, score, details));
      decisions.add(verdict.decision);
      progress.run();
    }
    return new Ensemble(
        new VqaResult(graded),
        decisions,
        VqaResult.of(questions, first),
        VqaResult.of(questions, second));
  }

  /** The chat model's own answers, without the images. */
  public List<String> answer(List<VisualQuestion> questions, Runnable progress) {
    List<String> answers = new ArrayList<>();
    for (VisualQuestion question : questions) {
      String text = QuestionPrompt.text(question, "Think briefly, then end with: The answer is X.");
      answers.add(reply(List.of(ChatTurn.user(text))));
      progress.run();
    }
    return answers;
  }

  /**
   * What came out.
   *
   * @param result the answers that were decided for
   * @param decisions how, for each question
   * @param first what the first answers alone are worth
   * @param second what the second answers alone are worth
   */
  public record Ensemble(
      VqaResult result, List<Decision> decisions, VqaResult first, VqaResult second) {
    /** To print, write and look at. */
    public Report report(String title) {
      Report report = result.report(title);
      Map<String, Object> figures = new LinkedHashMap<>(report.figures());
      figures.put("accuracy_of_first", Report.rounded(first.accuracy()));
      figures.put("accuracy_of_second", Report.rounded(second.accuracy()));
      for (Decision decision : Decision.values()) {
        figures.put(
            decision.name().toLowerCase(Locale.ROOT),
            decisions.stream().filter(decision::equals).count());
      }
      return new Report(title, figures, report.items());
    }
  }

  private record Verdict(String answer, Decision decision, String words) {}

  private Verdict decide(VisualQuestion question, String first, String second) {
    ChosenOption options = (ChosenOption) question.grader();
    OptionalInt ofFirst = options.chosen(first);
    OptionalInt ofSecond = options.chosen(second);
    if (ofFirst.isPresent() && ofFirst.equals(ofSecond)) {
      return new Verdict(letter(ofFirst), Decision.AGREED, "");
    }
    String words = reply(request(question, first, second));
    OptionalInt judged = options.chosen(words);
    if (judged.isPresent()) {
      return new Verdict(letter(judged), Decision.JUDGED, words);
    }
    return new Verdict(letter(ofFirst.isPresent() ? ofFirst : ofSecond), Decision.UNDECIDED, words);
  }

  /** What the model does not take is a question without an answer, not the end of the others. */
  private String reply(List<ChatTurn> turns) {
    try {
      return model.reply(turns);
    } catch (InvalidPromptException e) {
      return "";
    }
  }

  private static List<ChatTurn> request(VisualQuestion question, String first, String second) {
    String text =
        QuestionPrompt.text(question, "")
            + "\n\nThe first assistant: "
            + first
            + "\n\nThe second assistant: "
            + second;
    return List.of(ChatTurn.system(INSTRUCTIONS), ChatTurn.user(text));
  }

  private static String letter(OptionalInt option) {
    return option.isPresent() ? ChosenOption.letter(option.getAsInt()) : "";
  }
}
