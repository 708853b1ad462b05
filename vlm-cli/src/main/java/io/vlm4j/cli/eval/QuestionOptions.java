package io.vlm4j.cli.eval;

import io.vlm4j.eval.vqa.Questions;
import io.vlm4j.eval.vqa.VisualQuestion;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the questions are, and which of them count. */
final class QuestionOptions {
  @Mixin private SampleOptions sampling;

  @Option(
      names = "--questions",
      required = true,
      paramLabel = "JSON",
      description = "The data set's file of questions (ScienceQA: problems.json).")
  private Path questions;

  @Option(
      names = "--annotations",
      paramLabel = "JSON",
      description = "People's answers (VQAv2, OK-VQA), or pid_splits.json (ScienceQA).")
  private Path annotations;

  @Option(names = "--split", description = "Of ScienceQA (default: test).")
  private String split;

  @Option(
      names = "--image-name",
      paramLabel = "PATTERN",
      description = "How image files are called, such as COCO_val2014_%%012d.jpg or %%s.jpg.")
  private String imageName;

  @Option(names = "--with-image", description = "Leave out questions that have no image.")
  private boolean withImage;

  List<VisualQuestion> read(Questions format) {
    Questions.Files files = new Questions.Files(questions, annotations, split, imageName);
    return sampling
        .sample()
        .of(
            format.read(files).stream()
                .filter(question -> !withImage || !question.images().isEmpty())
                .toList());
  }
}
