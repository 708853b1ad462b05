package io.vlm4j.cli.eval;

import io.vlm4j.eval.vqa.Questions;
import io.vlm4j.eval.vqa.VisualQuestion;
import io.vlm4j.eval.vqa.VqaResult;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Asks the questions of a data set. */
@Command(
    name = "vqa",
    description = "Accuracy of a model's answers to questions about images, or of a file's.")
final class EvalVqaCommand implements Callable<Integer> {
  @Mixin private ModelAnswers answers;
  @Mixin private QuestionOptions questions;
  @Mixin private OutputOptions output;

  @Option(
      names = "--format",
      required = true,
      description = "${COMPLETION-CANDIDATES}, in small letters too.")
  private Questions format;

  @Override
  public Integer call() {
    output.requireWritable();
    List<VisualQuestion> sample = questions.read(format);
    VqaResult result = VqaResult.of(sample, answers.answer(sample));
    output.write(result.report("Questions of " + format.id()), answers.images());
    return 0;
  }
}
