package io.vlm4j.cli;

import io.vlm4j.DualEncoder;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.models.vision.VisionModel;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images: by a classifier's own classes, or by labels with CLIP and its kin. */
@Command(
    name = "classify",
    description = "Say which classes of a classifier, or which labels, images show.")
final class ClassifyCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "LABEL",
      description = "Labels to choose among, for models that compare images with texts.")
  private List<String> labels;

  @Option(
      names = "--templates",
      paramLabel = "FILE",
      description = "A line a template; {} is the label (default: a photo of a {}.).")
  private Path templates;

  @Option(names = "--top", description = "How many to show (default: 5 classes, all labels).")
  private Integer top;

  @Option(names = "--json", description = "One JSON object a class.")
  private boolean json;

  @Override
  public Integer call() {
    if (top != null && top < 1) {
      throw new InvalidOptionException("--top is " + top + "; expected at least 1");
    }
    if (labels == null && templates != null) {
      throw new InvalidOptionException("--templates needs --labels");
    }
    images.forEach(Images::requireReadable);
    if (labels == null) {
      classifyByClasses();
    } else {
      classifyByLabels();
    }
    return 0;
  }

  private void classifyByClasses() {
    ModelFolder folder = ModelFolder.open(modelOptions.folder());
    if (DualEncoders.find(folder).isPresent()) {
      throw new InvalidOptionException(
          folder.path() + " has no classes of its own; name some with --labels a,b,c");
    }
    try (VisionModel model = VisionModel.load(folder, modelOptions.loadOptions())) {
      images.forEach(image -> print(image, model.classify(Image.read(image)), 5));
    }
  }

  private void classifyByLabels() {
    List<String> chosen = labels.stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    if (chosen.isEmpty()) {
      throw new InvalidOptionException("--labels is empty; expected for example --labels cat,dog");
    }
    List<String> forms = Templates.readOrDefault(templates);
    try (DualEncoder model = DualEncoder.load(modelOptions.folder(), modelOptions.loadOptions())) {
      ZeroShotClassifier classifier = ZeroShotClassifier.of(model, chosen, forms);
      images.forEach(image -> print(image, classifier.classify(Image.read(image)), chosen.size()));
    }
  }

  private void print(Path image, List<ClassProbability> found, int most) {
    found.stream().limit(top == null ? most : top).forEach(c -> print(image, c));
  }

  private void print(Path image, ClassProbability found) {
    if (json) {
      System.out.println(
          new Json()
              .put("image", image.toString())
              .put("index", found.index())
              .put("label", found.label())
              .put("probability", found.probability()));
    } else {
      String prefix = images.size() == 1 ? "" : image + ": ";
      System.out.printf("%s%.4f  %s%n", prefix, found.probability(), found.label());
    }
  }
}
