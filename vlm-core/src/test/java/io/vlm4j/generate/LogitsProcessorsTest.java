package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.TensorException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogitsProcessorsTest {
  private static final float BANNED = Float.NEGATIVE_INFINITY;

  static Stream<ReferenceCase> cases() {
    return ReferenceCase.read("processors.json");
  }

  /** The tokens that remain, their scores and their probabilities. */
  @ParameterizedTest
  @MethodSource("cases")
  void equalHuggingFace(ReferenceCase reference) {
    float[] logits = reference.model().logits(reference.prompt());
    float[] before = logits.clone();
    GenerationOptions options =
        GenerationOptions.builder()
            .sampling(true)
            .build()
            .withDefaults(reference.options())
            .withDefaults(GenerationOptions.builder().topK(0).build());
    float[] scores = LogitsProcessors.of(options, reference.prompt()).apply(new int[0], logits);
    assertArrayEquals(before, logits);
    int[] kept = IntStream.range(0, scores.length).filter(i -> scores[i] > BANNED).toArray();
    assertArrayEquals(reference.json().get("kept").asInts(), kept);
    float[] probabilities = Softmax.probabilities(scores);
    float[] expectedScores = reference.json().get("scores").asFloats();
    float[] expectedProbabilities = reference.json().get("probabilities").asFloats();
    for (int i = 0; i < kept.length; i++) {
      assertEquals(expectedScores[i], scores[kept[i]]);
      assertEquals(expectedProbabilities[i], probabilities[kept[i]], 5e-7);
    }
  }

  @Test
  void ngramsCountThePrompt() {
    GenerationOptions options = GenerationOptions.builder().noRepeatNgramSize(2).build();
    LogitsProcessors processors = LogitsProcessors.of(options, new int[] {1, 2, 1, 99, 1, -1, 0});
    assertArrayEquals(new float[] {0, 0, BANNED, 0}, processors.apply(new int[] {1}, new float[4]));
  }

  @Test
  void bannedSequencesMayBeginInThePromptAndNeverEnd() {
    GenerationOptions options =
        GenerationOptions.builder().bannedSequences(List.of(List.of(3), List.of(2, 0, 1))).build();
    LogitsProcessors processors = LogitsProcessors.of(options, new int[] {9, 2});
    assertArrayEquals(
        new float[] {0, BANNED, 0, BANNED}, processors.apply(new int[] {0}, new float[4]));
    assertArrayEquals(
        new float[] {0, 0, 0, BANNED}, processors.apply(new int[] {0, 0}, new float[4]));
    assertArrayEquals(new float[] {0, 0}, processors.apply(new int[] {1}, new float[2]));
    assertThrows(
        InvalidOptionException.class,
        () -> GenerationOptions.builder().bannedSequences(List.of(List.of())).build());
  }

  @Test
  void endTokensWaitForTheMinimum() {
    GenerationOptions options =
        GenerationOptions.builder().minNewTokens(2).eosTokenIds(List.of(1, 77)).build();
    LogitsProcessors processors = LogitsProcessors.of(options, new int[] {0});
    assertArrayEquals(new float[] {0, BANNED}, processors.apply(new int[] {0}, new float[2]));
    assertArrayEquals(new float[] {0, 0}, processors.apply(new int[] {0, 0}, new float[2]));
  }

  @Test
  void drawsFollowTheProbabilities() {
    Sampler sampler = new Sampler(9);
    float[] scores = {0, (float) Math.log(2), BANNED, (float) Math.log(5)};
    int[] counts = new int[4];
    for (int i = 0; i < 80_000; i++) {
      counts[sampler.draw(scores)]++;
    }
    assertEquals(10_000, counts[0], 500);
    assertEquals(20_000, counts[1], 700);
    assertEquals(0, counts[2]);
    assertEquals(50_000, counts[3], 700);
    float[] none = {BANNED, BANNED};
    assertThrows(TensorException.class, () -> sampler.draw(none));
  }
}
