package io.vlm4j.cli;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.vision.ClassProbability;
import io.vlm4j.models.vision.VisionModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images. */
@Command(name = "classify", description = "Say which classes of a classifier images show.")
final class ClassifyCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  private List<Path> images;

  @Option(
      names = "--top",
      defaultValue = "5",
      description = "How many classes to show (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(names = "--json", description = "One JSON object a class.")
  private boolean json;

  @Override
  public Integer call() {
    if (top < 1) {
      throw new InvalidOptionException("--top is " + top + "; expected at least 1");
    }
    images.forEach(Images::requireReadable);
    try (VisionModel model =
        VisionModel.load(ModelFolder.open(modelOptions.folder()), modelOptions.loadOptions())) {
      for (Path image : images) {
        model.classify(Image.read(image)).stream().limit(top).forEach(c -> print(image, c));
      }
    }
    return 0;
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
