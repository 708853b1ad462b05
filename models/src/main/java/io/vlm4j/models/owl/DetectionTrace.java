package io.vlm4j.models.owl;

import io.vlm4j.detect.Box;
import io.vlm4j.detect.Detection;
import io.vlm4j.trace.Trace;
import java.util.List;

/** Records detections as a reference's post-processing returns them. */
final class DetectionTrace {
  private DetectionTrace() {}

  /** Records {@code post_boxes} [N, 4], {@code post_scores} [N] and {@code post_labels} [N]. */
  static void record(List<Detection> detections) {
    int count = detections.size();
    float[] boxes = new float[4 * count];
    float[] scores = new float[count];
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      Box box = detections.get(i).box();
      boxes[4 * i] = box.xMin();
      boxes[4 * i + 1] = box.yMin();
      boxes[4 * i + 2] = box.xMax();
      boxes[4 * i + 3] = box.yMax();
      scores[i] = detections.get(i).score();
      labels[i] = detections.get(i).labelId();
    }
    Trace.record("post_boxes", boxes, count, 4);
    Trace.record("post_scores", scores, count);
    Trace.record("post_labels", labels, count);
  }
}
