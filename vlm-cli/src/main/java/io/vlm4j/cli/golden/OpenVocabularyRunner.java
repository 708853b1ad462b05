package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.OpenVocabularyDetector;
import io.vlm4j.image.Image;
import java.nio.file.Path;
import java.util.List;

/** Detectors of what texts describe, or of what another image shows. */
final class OpenVocabularyRunner extends GoldenRunner {
  private final OpenVocabularyDetector detector;

  OpenVocabularyRunner(Path checkpoint) {
    detector = OpenVocabularyDetector.load(checkpoint, LoadOptions.FP32);
  }

  @Override
  void execute(GoldenCase golden) {
    JsonNode json = golden.json();
    Image image = golden.images().get(0);
    DetectionOptions options =
        new DetectionOptions(
            json.getDouble("threshold", DetectionOptions.DEFAULT.threshold()),
            json.getDouble("nms_threshold", DetectionOptions.DEFAULT.overlap()));
    if (json.has("query_image")) {
      detector.detectLike(image, golden.image("query_image"), options);
    } else {
      List<String> queries = json.getList("queries").stream().map(JsonNode::asString).toList();
      detector.detect(image, queries, options);
    }
  }

  @Override
  public void close() {
    detector.close();
  }
}
