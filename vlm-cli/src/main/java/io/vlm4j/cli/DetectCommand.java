package io.vlm4j.cli;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.ObjectDetectors;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.detect.OpenVocabularyDetectors;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.ModelFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds things in an image. */
@Command(
    name = "detect",
    description =
        "Find what texts describe, another image shows, or a detector was trained on, and where it is.")
final class DetectCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image file.")
  private Path file;

  @Option(
      names = "--queries",
      split = ",",
      paramLabel = "TEXT",
      description = "What to find, for models that read texts: \"a cat,a remote\".")
  private List<String> queries;

  @Option(names = "--like", paramLabel = "FILE", description = "Find what this image shows.")
  private Path like;

  @Option(names = "--objects", description = "Find whatever is an object, of any kind.")
  private boolean objects;

  @Option(
      names = "--threshold",
      description = "Least score, 0 to 1 (default: the model's own; 0.1 with queries).")
  private Double threshold;

  @Option(
      names = "--overlap",
      description =
          "Of boxes that overlap more, only the best counts (default: the model's own; 0.3 with"
              + " --like).")
  private Double overlap;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the image with boxes and labels there, as PNG.")
  private Path out;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    requireOneWay();
    options(DetectionOptions.DEFAULT); // impossible ones are refused before anything is read
    Image image = Image.read(file);
    List<Detection> found = detect(image);
    if (out != null) {
      DetectionPainter.write(image, found, out);
    }
    if (json) {
      System.out.println(toJson(image, found));
    } else {
      found.forEach(DetectCommand::print);
      if (found.isEmpty()) {
        System.out.println("nothing found; --threshold sets the least score");
      }
    }
    return 0;
  }

  private void requireOneWay() {
    if (queries != null) {
      queries = queries.stream().map(String::strip).toList();
      if (queries.stream().allMatch(String::isEmpty)) {
        throw new InvalidOptionException(
            "--queries is empty; expected for example --queries \"a cat,a remote\"");
      }
      if (queries.stream().anyMatch(String::isEmpty)) {
        throw new InvalidOptionException("a query is empty: " + queries);
      }
    }
    int ways = (queries == null ? 0 : 1) + (like == null ? 0 : 1) + (objects ? 1 : 0);
    if (ways > 1) {
      throw new InvalidOptionException("give one of --queries, --like and --objects");
    }
  }

  private List<Detection> detect(Image image) {
    SortedSet<String> types = new TreeSet<>(OpenVocabularyDetectors.modelTypes());
    types.addAll(ObjectDetectors.modelTypes());
    ModelFolder folder = ModelFolder.open(modelOptions.requiredFolder("detect", types));
    boolean ownClasses = ObjectDetectors.find(folder.config()).isPresent();
    boolean toldWhat = queries != null || like != null || objects;
    if (ownClasses && toldWhat) {
      throw new InvalidOptionException(
          folder.path()
              + " finds the classes that it was trained on; leave --queries, --like and --objects"
              + " out");
    }
    if (!ownClasses && !toldWhat && OpenVocabularyDetectors.find(folder.modelType()).isPresent()) {
      throw new InvalidOptionException(
          folder.path()
              + " has no classes of its own; give --queries \"a cat,a remote\", --like FILE or"
              + " --objects");
    }
    return ownClasses ? byClasses(folder, image) : byQueries(folder, image);
  }

  private List<Detection> byClasses(ModelFolder folder, Image image) {
    try (ObjectDetector detector =
        ObjectDetector.load(folder.path(), folder.adapting(modelOptions.loadOptions()))) {
      return detector.detect(image, options(detector.defaults()));
    }
  }

  private List<Detection> byQueries(ModelFolder folder, Image image) {
    DetectionOptions options = options(DetectionOptions.DEFAULT);
    Image query = like == null ? null : Image.read(like);
    try (OpenVocabularyDetector detector =
        OpenVocabularyDetector.load(folder.path(), folder.adapting(modelOptions.loadOptions()))) {
      if (query != null) {
        return detector.detectLike(image, query, options);
      }
      return objects
          ? detector.detectObjects(image, options)
          : detector.detect(image, queries, options);
    }
  }

  private DetectionOptions options(DetectionOptions defaults) {
    return new DetectionOptions(
        threshold == null ? defaults.threshold() : threshold,
        overlap == null ? defaults.overlap() : overlap);
  }

  private Json toJson(Image image, List<Detection> found) {
    List<Map<String, Object>> detections = found.stream().map(DetectCommand::toMap).toList();
    return new Json()
        .put("image", file.toString())
        .put("width", image.width())
        .put("height", image.height())
        .put("detections", detections);
  }

  private static Map<String, Object> toMap(Detection detection) {
    Box box = detection.box();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("label", detection.label());
    fields.put("label_id", detection.labelId());
    fields.put("score", detection.score());
    fields.put("box", new float[] {box.xMin(), box.yMin(), box.xMax(), box.yMax()});
    detection.mask().ifPresent(mask -> fields.put("mask_area", mask.area(0.5)));
    return fields;
  }

  private static void print(Detection found) {
    Box box = found.box();
    System.out.printf(
        "%.4f  [%.0f, %.0f, %.0f, %.0f]  %s%n",
        found.score(), box.xMin(), box.yMin(), box.xMax(), box.yMax(), found.label());
  }
}
