package io.vlm4j.cli.eval;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.cli.DecodingOptions;
import io.vlm4j.cli.ModelOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.eval.BatchedModel;
import io.vlm4j.eval.vqa.AnswerFile;
import io.vlm4j.eval.vqa.ModelAnswerer;
import io.vlm4j.eval.vqa.VisualQuestion;
import io.vlm4j.image.ImageSource;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who answers the questions: a model that is loaded, or a file. */
final class ModelAnswers {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;
  @Mixin private BatchOption batch;

  @Option(names = "--images", paramLabel = "ZIP_OR_DIR", description = "The images.")
  private Path images;

  @Option(
      names = "--answers",
      paramLabel = "FILE",
      description = "Answers to be graded, instead of a model's: JSON, or JSON lines.")
  private Path answers;

  @Option(
      names = "--instruction",
      paramLabel = "TEXT",
      description =
          "Comes behind each question (default: nothing; with options, to answer by the letter).")
  private String instruction;

  /** The images, or null. */
  Path images() {
    return images;
  }

  List<String> answer(List<VisualQuestion> questions) {
    if (answers != null) {
      return AnswerFile.read(answers).answer(questions, () -> {});
    }
    if (images == null) {
      throw new InvalidOptionException("give --images, or answers about them with --answers");
    }
    try (ImageSource source = ImageSource.open(images)) {
      source.requireAll( // before the model is loaded
          questions.stream().flatMap(question -> question.images().stream()).toList());
      try (VisionLanguageModel model = modelOptions.load();
          Progress progress = Progress.of("Questions", questions.size())) {
        BatchedModel batched = new BatchedModel(model, decoding.options(), batch.size());
        return new ModelAnswerer(batched, source, instruction).answer(questions, progress::step);
      }
    }
  }
}
