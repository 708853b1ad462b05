package io.vlm4j.cli;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.Detection;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.detect.OpenVocabularyDetectors;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.ModelFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds things in an image. */
@Command(
    name = "detect",
    description = "Find what texts describe, or another image shows, and where it is.")
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

  @Option(names = "--threshold", description = "Least score, 0 to 1 (default: 0.1).")
  private double threshold = DetectionOptions.DEFAULT.threshold();

  @Option(
      names = "--overlap",
      description = "With --like: of boxes that overlap more, only the best counts (default: 0.3).")
  private double overlap = DetectionOptions.DEFAULT.overlap();

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
    DetectionOptions options = new DetectionOptions(threshold, overlap);
    Image image = Image.read(file);
    List<Found> found = detect(image, options);
    if (out != null) {
      DetectionPainter.write(image, found, out);
    }
    if (json) {
      System.out.println(toJson(image, found));
    } else {
      found.forEach(DetectCommand::print);
      if (found.isEmpty()) {
        System.out.println("nothing found with a score above " + threshold);
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

  /** Detectors with classes of their own are one more case here. */
  private List<Found> detect(Image image, DetectionOptions options) {
    ModelFolder folder =
        ModelFolder.open(
            modelOptions.requiredFolder("detect", OpenVocabularyDetectors.modelTypes()));
    boolean toldWhat = queries != null || like != null || objects;
    if (!toldWhat && OpenVocabularyDetectors.find(folder.modelType()).isPresent()) {
      throw new InvalidOptionException(
          folder.path()
              + " has no classes of its own; give --queries \"a cat,a remote\", --like FILE or"
              + " --objects");
    }
    return byQueries(folder, image, options);
  }

  private List<Found> byQueries(ModelFolder folder, Image image, DetectionOptions options) {
    Image query = like == null ? null : Image.read(like);
    try (OpenVocabularyDetector detector =
        OpenVocabularyDetector.load(folder.path(), modelOptions.loadOptions())) {
      List<Detection> found;
      if (query != null) {
        found = detector.detectLike(image, query, options);
      } else if (objects) {
        found = detector.detectObjects(image, options);
      } else {
        found = detector.detect(image, queries, options);
      }
      return found.stream().map(Found::new).toList();
    }
  }

  private Json toJson(Image image, List<Found> found) {
    List<Map<String, Object>> detections =
        found.stream().map(Found::detection).map(DetectCommand::toMap).toList();
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
    return fields;
  }

  private static void print(Found found) {
    Box box = found.detection().box();
    System.out.printf(
        "%.4f  [%.0f, %.0f, %.0f, %.0f]  %s%n",
        found.detection().score(),
        box.xMin(),
        box.yMin(),
        box.xMax(),
        box.yMax(),
        found.detection().label());
  }
}
