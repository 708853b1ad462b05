package io.vlm4j.detect;

import io.vlm4j.trace.Trace;
import java.util.List;

/** Records detections as references return them. */
public final class DetectionTrace {
  private DetectionTrace() {}

  /** Records {@code boxes} [N, 4], {@code scores} [N] and {@code labels} [N] under a prefix. */
  public static void record(String prefix, List<Detection> detections) {
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
    Trace.record(prefix + "boxes", boxes, count, 4);
    Trace.record(prefix + "scores", scores, count);
    Trace.record(prefix + "labels", labels, count);
  }

  /** Records {@code masks} [N, height, width] of an image. */
  public static void recordMasks(List<Detection> detections, int width, int height) {
    int size = width * height;
    float[] masks = new float[Math.multiplyExact(detections.size(), size)];
    for (int i = 0; i < detections.size(); i++) {
      int offset = i * size;
      detections.get(i).mask().ifPresent(mask -> mask.paste(masks, offset, width));
    }
    Trace.record("masks", masks, detections.size(), height, width);
  }
}
