package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class BeamSearchTest {
  private static final int[] PROMPT = {3, 1, 2};

  static Stream<ReferenceCase> cases() {
    return ReferenceCase.read("beam-search.json");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsHuggingFace(ReferenceCase reference) {
    ToyLanguageModel model = reference.model();
    Generation generation = reference.generate(model);
    assertArrayEquals(reference.expectedIds(), generation.tokenIds());
    double score = reference.expectedScore();
    assertEquals(score, generation.sequenceScore().orElseThrow(), 2e-6 * Math.abs(score) + 1e-6);
    assertEquals(
        reference.endsWithEos() ? FinishReason.EOS : FinishReason.LENGTH,
        generation.finishReason());
    assertEquals(0, model.openStates.get());
  }

  @Test
  void reordersOnlyWhenBeamsChangePlaces() {
    ToyLanguageModel model = new ToyLanguageModel(5, 30);
    generate(model, options().maxNewTokens(40).build(), null);
    assertTrue(model.selects.get() < model.steps.get(), model.selects + " of " + model.steps);
  }

  @Test
  void streamsTheBestSequenceAtTheEnd() {
    ToyLanguageModel model = new ToyLanguageModel(5, 30);
    List<GeneratedToken> tokens = new ArrayList<>();
    Generation generation = generate(model, options().maxNewTokens(10).build(), tokens::add);
    assertArrayEquals(
        generation.tokenIds(), tokens.stream().mapToInt(GeneratedToken::id).toArray());
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(token.text()));
    assertEquals(generation.text(), text.toString());
  }

  @Test
  void reportsBelongToTheBestSequence() {
    ToyLanguageModel model = new ToyLanguageModel(6, 30);
    Generation generation =
        generate(model, options().maxNewTokens(8).topLogits(30).keepLogits(true).build(), null);
    int[] ids = generation.tokenIds();
    double sum = 0;
    for (int i = 0; i < ids.length; i++) {
      int[] sequence = new int[PROMPT.length + i];
      System.arraycopy(PROMPT, 0, sequence, 0, PROMPT.length);
      System.arraycopy(ids, 0, sequence, PROMPT.length, i);
      assertArrayEquals(model.logits(sequence), generation.stepLogits().get(i));
      int id = ids[i];
      sum +=
          generation.topLogits().get(i).stream()
              .filter(token -> token.id() == id)
              .findFirst()
              .orElseThrow()
              .logProbability();
    }
    assertEquals(sum / ids.length, generation.sequenceScore().orElseThrow(), 1e-5);
  }

  @Test
  void stopStringsFinishBeams() {
    int stops = 0;
    for (int seed = 0; seed < 20; seed++) {
      ToyLanguageModel model = new ToyLanguageModel(seed, 20);
      String free = generate(model, options().maxNewTokens(12).build(), null).text();
      String stop = free.substring(1, 3);
      Generation stopped =
          generate(model, options().maxNewTokens(12).stopStrings(stop).build(), null);
      boolean found = stopped.finishReason() == FinishReason.STOP_STRING;
      String whole = ToyDecoder.text(stopped.tokenIds());
      assertEquals(stopped.text() + (found ? stop : ""), whole);
      assertEquals(found ? whole.length() - stop.length() : -1, whole.indexOf(stop));
      stops += found ? 1 : 0;
    }
    assertTrue(stops > 5, stops + " of 20");
  }

  @Test
  void cancellingReturnsTheBestSoFar() {
    ToyLanguageModel model = new ToyLanguageModel(8, 30);
    CancellationToken cancellation = new CancellationToken();
    cancellation.cancel();
    Generation generation =
        generate(model, options().maxNewTokens(30).cancellation(cancellation).build(), null);
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals(0, generation.tokenIds().length);
    assertTrue(generation.sequenceScore().isEmpty());
  }

  private static GenerationOptions.Builder options() {
    return GenerationOptions.builder().beams(3);
  }

  private static Generation generate(
      ToyLanguageModel model, GenerationOptions options, TokenListener listener) {
    Generator generator = new Generator(model, ToyDecoder::new);
    try (TensorScope scope = TensorScope.open()) {
      return listener == null
          ? generator.generate(model.prompt(PROMPT), PROMPT, options)
          : generator.generate(model.prompt(PROMPT), PROMPT, options, listener);
    }
  }
}
