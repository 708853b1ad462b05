package io.vlm4j.cli.eval;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.cli.ChatOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.eval.vqa.AnswerFile;
import io.vlm4j.eval.vqa.Judge;
import io.vlm4j.eval.vqa.Questions;
import io.vlm4j.eval.vqa.VisualQuestion;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** ScienceQA by two who answer and one who judges. */
@Command(
    name = "scienceqa",
    description =
        "ScienceQA by a model and a chat model that sees no image; where they disagree, the chat"
            + " model reads both answers and decides.")
final class EvalScienceQaCommand implements Callable<Integer> {
  @Mixin private ModelAnswers answers;
  @Mixin private ChatOptions chat;
  @Mixin private QuestionOptions questions;
  @Mixin private OutputOptions output;

  @Option(
      names = "--other-answers",
      paramLabel = "FILE",
      description = "The second answers, instead of the chat model's own.")
  private Path otherAnswers;

  @Override
  public Integer call() {
    output.requireWritable();
    List<VisualQuestion> sample = questions.read(Questions.SCIENCEQA);
    try (ChatModel model = chat.open()) {
      List<String> first = answers.answer(sample);
      Judge judge = new Judge(model);
      List<String> second =
          otherAnswers == null
              ? withProgress("Second", sample, step -> judge.answer(sample, step))
              : AnswerFile.read(otherAnswers).answer(sample, () -> {});
      Judge.Ensemble ensemble =
          withProgress("Judge", sample, step -> judge.decide(sample, first, second, step));
      output.write(ensemble.report("ScienceQA with a judge"), answers.images());
    }
    return 0;
  }

  private static <T> T withProgress(
      String task, List<VisualQuestion> sample, Function<Runnable, T> work) {
    try (Progress progress = Progress.of(task, sample.size())) {
      return work.apply(progress::step);
    }
  }
}
