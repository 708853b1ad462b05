package io.vlm4j.cli.golden;

import io.vlm4j.generate.Generation;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Records a generation under the reference's names. */
final class Generated {
  private Generated() {}

  static void record(int[] promptIds, Generation generation) {
    int[] newIds = generation.tokenIds();
    long[] all =
        IntStream.concat(Arrays.stream(promptIds), Arrays.stream(newIds)).asLongStream().toArray();
    Trace.record("generated_ids", all, all.length);
    Trace.record("new_ids", Arrays.stream(newIds).asLongStream().toArray(), newIds.length);
    List<float[]> steps = generation.stepLogits();
    if (!steps.isEmpty() && steps.size() == newIds.length) {
      int vocabulary = steps.get(0).length;
      float[] logits = new float[steps.size() * vocabulary];
      for (int i = 0; i < steps.size(); i++) {
        System.arraycopy(steps.get(i), 0, logits, i * vocabulary, vocabulary);
      }
      Trace.record("step_logits", logits, steps.size(), vocabulary);
    }
    generation
        .sequenceScore()
        .ifPresent(score -> Trace.record("sequences_score", new float[] {(float) score}, 1));
  }
}
