package io.vlm4j.cli.eval;

import io.vlm4j.DualEncoder;
import io.vlm4j.cli.ModelOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.data.ImageSource;
import io.vlm4j.eval.contrastive.RetrievalResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds images by captions and captions by images. */
@Command(
    name = "retrieval",
    description = "Recall at 1, 5 and 10, from images to captions and from captions to images.")
final class EvalRetrievalCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private ReferenceOptions references;
  @Mixin private BatchOption batch;
  @Mixin private OutputOptions output;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "ZIP_OR_DIR",
      description = "The images.")
  private Path images;

  @Override
  public Integer call() {
    Map<String, List<String>> captions = references.read();
    try (ImageSource source = ImageSource.open(images);
        DualEncoder model = DualEncoder.load(modelOptions.folder(), modelOptions.loadOptions());
        Progress progress = Progress.images(captions.size())) {
      RetrievalResult result =
          RetrievalResult.of(model, captions, source, batch.size(), progress::step);
      output.write(result.report("Retrieval"), images);
    }
    return 0;
  }
}
