package io.vlm4j.cli.golden;

import io.vlm4j.LoadOptions;
import io.vlm4j.detect.DetectionOptions;
import io.vlm4j.detect.ObjectDetector;
import java.nio.file.Path;

/** Detectors of the classes that they were trained on; a case's images are one batch. */
final class ObjectDetectorRunner extends GoldenRunner {
  private final ObjectDetector detector;

  ObjectDetectorRunner(Path checkpoint) {
    detector = ObjectDetector.load(checkpoint, LoadOptions.FP32);
  }

  @Override
  void execute(GoldenCase golden) {
    DetectionOptions own = detector.defaults();
    DetectionOptions options =
        new DetectionOptions(golden.json().getDouble("threshold", own.threshold()), own.overlap());
    detector.detect(golden.images(), options);
  }

  @Override
  public void close() {
    detector.close();
  }
}
