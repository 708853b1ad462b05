package io.vlm4j.cli.eval;

import io.vlm4j.DualEncoder;
import io.vlm4j.cli.ModelOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.cli.Templates;
import io.vlm4j.data.ImageSource;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.eval.contrastive.ClassificationResult;
import io.vlm4j.eval.contrastive.LabeledImages;
import io.vlm4j.eval.contrastive.LabeledImages.Labeled;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Classifies without training. */
@Command(
    name = "classify",
    description = "Top-1 and top-5 accuracy of zero-shot classification by CLIP or SigLIP.")
final class EvalClassifyCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private SampleOptions sampling;
  @Mixin private BatchOption batch;
  @Mixin private OutputOptions output;

  @Option(
      names = "--images",
      required = true,
      paramLabel = "ZIP_OR_DIR",
      description = "A folder of images for each class; or with --labels, the images.")
  private Path images;

  @Option(
      names = "--labels",
      paramLabel = "TSV",
      description = "Lines of an image's name, a tab and its class.")
  private Path labels;

  @Option(
      names = "--templates",
      paramLabel = "FILE",
      description = "A line a template; {} is the class (default: a photo of a {}.).")
  private Path templates;

  @Override
  public Integer call() {
    List<Labeled> all = labels == null ? inFolders() : LabeledImages.inFile(labels);
    List<String> classes = all.stream().map(Labeled::label).distinct().sorted().toList();
    List<Labeled> sample = sampling.sample().of(all);
    List<String> forms = Templates.readOrDefault(templates);
    try (ImageSource source = ImageSource.open(images);
        DualEncoder model = DualEncoder.load(modelOptions.folder(), modelOptions.loadOptions());
        Progress progress = Progress.images(sample.size())) {
      ClassificationResult result =
          ClassificationResult.of(
              ZeroShotClassifier.of(model, classes, forms),
              sample,
              source,
              batch.size(),
              progress::step);
      output.write(result.report("Zero-shot classification"), images);
    }
    return 0;
  }

  private List<Labeled> inFolders() {
    if (!Files.isDirectory(images)) {
      throw new InvalidOptionException(
          images + " is no folder; give a folder for each class in one, or --labels");
    }
    return LabeledImages.inFolders(images);
  }
}
