package io.vlm4j.cli.eval;

import io.vlm4j.DualEncoder;
import io.vlm4j.cli.ModelOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.eval.report.Report;
import io.vlm4j.image.ImageSource;
import java.nio.file.Path;
import java.util.Collection;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model that compares images with texts, the images, and where the results go. */
final class DualEncoderRun {
  @Mixin private ModelOptions modelOptions;
  @Mixin private BatchOption batch;
  @Mixin private OutputOptions output;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "ZIP_OR_DIR",
      description = "The images.")
  private Path images;

  /** What is done with the model. */
  @FunctionalInterface
  interface Evaluation {
    Report evaluate(DualEncoder model, ImageSource source, int batch, Runnable progress);
  }

  Path images() {
    return images;
  }

  void run(Collection<String> names, Evaluation evaluation) {
    output.requireWritable();
    try (ImageSource source = ImageSource.open(images)) {
      source.requireAll(names); // before the model is loaded
      try (DualEncoder model = DualEncoder.load(modelOptions.folder(), modelOptions.loadOptions());
          Progress progress = Progress.images(names.size())) {
        output.write(evaluation.evaluate(model, source, batch.size(), progress::step), images);
      }
    }
  }
}
