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
    recordIds("new_ids", generation);
    recordLogits("step_logits", generation);
    generation
        .sequenceScore()
        .ifPresent(score -> Trace.record("sequences_score", new float[] {(float) score}, 1));
  }

  /** The logits of all steps, [steps, V]. */
  static void recordLogits(String name, Generation generation) {
    List<float[]> steps = generation.stepLogits();
    if (!steps.isEmpty() && steps.size() == generation.tokenIds().length) {
      int vocabulary = steps.get(0).length;
      float[] logits = new float[steps.size() * vocabulary];
      for (int i = 0; i < steps.size(); i++) {
        System.arraycopy(steps.get(i), 0, logits, i * vocabulary, vocabulary);
      }
      Trace.record(name, logits, steps.size(), vocabulary);
    }
  }

  /** Token ids without those of the prompt. */
  static void recordIds(String name, Generation generation) {
    int[] ids = generation.tokenIds();
    Trace.record(name, Arrays.stream(ids).asLongStream().toArray(), ids.length);
  }
}
