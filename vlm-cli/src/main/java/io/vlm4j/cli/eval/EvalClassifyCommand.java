package io.vlm4j.cli.eval;

import io.vlm4j.cli.Templates;
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
  @Mixin private DualEncoderRun run;
  @Mixin private SampleOptions sampling;

  @Option(
      names = "--labels",
      paramLabel = "TSV",
      description =
          "Lines of an image's name, a tab and its class (default: of the folders in --images).")
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
    run.run(
        sample.stream().map(Labeled::image).toList(),
        (model, source, batch, progress) ->
            ClassificationResult.of(
                    ZeroShotClassifier.of(model, classes, forms), sample, source, batch, progress)
                .report("Zero-shot classification"));
    return 0;
  }

  private List<Labeled> inFolders() {
    Path images = run.images();
    if (!Files.isDirectory(images)) {
      throw new InvalidOptionException(
          images + " is no folder; give a folder for each class in one, or --labels");
    }
    return LabeledImages.inFolders(images);
  }
}
