package io.vlm4j.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.TensorException;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class GeneratorTest {
  private static final int[] PROMPT = {3, 1, 2};
  private static final int EOS = 4;

  private final ToyLanguageModel model = new ToyLanguageModel(11, 40);
  private final Generator generator = new Generator(model, ToyDecoder::new);

  @AfterEach
  void noStateIsLeftOpen() {
    assertEquals(0, model.openStates.get());
  }

  static Stream<ReferenceCase> greedyCases() {
    return ReferenceCase.read("greedy.json");
  }

  @ParameterizedTest
  @MethodSource("greedyCases")
  void greedyEqualsHuggingFace(ReferenceCase reference) {
    Generation generation = reference.generate(reference.model());
    assertArrayEquals(reference.expectedIds(), generation.tokenIds());
    assertEquals(
        reference.endsWithEos() ? FinishReason.EOS : FinishReason.LENGTH,
        generation.finishReason());
    assertTrue(generation.sequenceScore().isEmpty());
  }

  @Test
  void endTokensAreReturnedButNotWritten() {
    int[] free = generate(options(10)).tokenIds();
    Generation ended = generate(options(10).toBuilder().eosTokenIds(List.of(free[3])).build());
    assertEquals(FinishReason.EOS, ended.finishReason());
    assertArrayEquals(Arrays.copyOf(free, 4), ended.tokenIds());
    assertEquals(ToyDecoder.text(Arrays.copyOf(free, 3)), ended.text());
    assertTrue(ended.prefillMillis() > 0 && ended.decodeMillis() > 0);
  }

  @Test
  void streamedTextsJoinedAreTheText() {
    for (int length = 1; length < 30; length++) {
      List<GeneratedToken> tokens = new ArrayList<>();
      GenerationOptions options =
          options(length).toBuilder().stopStrings("qzz", "<3x", "ab").build();
      Generation generation = stream(options, tokens::add);
      assertEquals(generation.text(), joined(tokens));
      assertEquals(ToyDecoder.text(generation.tokenIds()), generation.text());
      assertArrayEquals(
          generation.tokenIds(), tokens.stream().mapToInt(GeneratedToken::id).toArray());
      assertArrayEquals(
          IntStream.range(0, length).toArray(),
          tokens.stream().mapToInt(GeneratedToken::index).toArray());
    }
  }

  @Test
  void stopStringsAreFoundAcrossTokens() {
    int[] free = generate(options(30)).tokenIds();
    for (int from = 1; from + 3 < free.length; from++) {
      String stop = ToyDecoder.text(Arrays.copyOfRange(free, from, from + 3));
      List<GeneratedToken> tokens = new ArrayList<>();
      Generation stopped =
          stream(options(40).toBuilder().stopStrings("never", stop).build(), tokens::add);
      assertEquals(FinishReason.STOP_STRING, stopped.finishReason());
      assertEquals(ToyDecoder.text(Arrays.copyOf(free, from)), stopped.text());
      assertEquals(stopped.text(), joined(tokens));
      // Where the last id is held back by the decoder, it takes one more token to see it.
      assertTrue(stopped.tokenIds().length >= from + 3);
    }
  }

  @Test
  void anotherThreadCancelsWithinOneToken() throws Exception {
    CancellationToken cancellation = new CancellationToken();
    CountDownLatch fifth = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              await(fifth);
              cancellation.cancel();
              cancelled.countDown();
            });
    other.start();
    List<GeneratedToken> tokens = new ArrayList<>();
    Generation generation =
        stream(
            options(4000).toBuilder().cancellation(cancellation).build(),
            token -> {
              tokens.add(token);
              if (tokens.size() == 5) {
                fifth.countDown();
                await(cancelled);
              }
            });
    other.join();
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals(5, generation.tokenIds().length);
    assertEquals(joined(tokens), generation.text());
  }

  @Test
  void oneCancelledBeforeReturnsNothing() {
    CancellationToken cancellation = new CancellationToken();
    cancellation.cancel();
    Generation generation = generate(options(5).toBuilder().cancellation(cancellation).build());
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertEquals("", generation.text());
    assertEquals(0, generation.tokenIds().length);
  }

  @Test
  void seedsReproduce() {
    GenerationOptions.Builder sampling =
        GenerationOptions.builder().maxNewTokens(30).temperature(1.5).topP(0.95);
    Generation first = generate(sampling.seed(1).build());
    assertArrayEquals(first.tokenIds(), generate(sampling.seed(1).build()).tokenIds());
    assertNotEquals(first.text(), generate(sampling.seed(2).build()).text());
    Generation best = generate(sampling.topK(1).build());
    assertArrayEquals(generate(options(30)).tokenIds(), best.tokenIds());
  }

  @Test
  void logitsAreReportedAsTheModelGaveThem() {
    Generation generation =
        generate(options(6).toBuilder().topLogits(3).keepLogits(true).temperature(0.7).build());
    int[] sequence = PROMPT;
    for (int i = 0; i < 6; i++) {
      float[] expected = model.logits(sequence);
      assertArrayEquals(expected, generation.stepLogits().get(i));
      List<TokenScore> top = generation.topLogits().get(i);
      assertEquals(3, top.size());
      assertEquals(Ranking.argmax(expected), top.get(0).id());
      assertTrue(top.get(0).logit() > top.get(1).logit());
      assertEquals(expected[top.get(2).id()], top.get(2).logit());
      double sum = 0;
      for (float logit : expected) {
        sum += Math.exp(logit - top.get(0).logit());
      }
      assertEquals(-Math.log(sum), top.get(0).logProbability(), 1e-6);
      sequence = Arrays.copyOf(sequence, sequence.length + 1);
      sequence[sequence.length - 1] = generation.tokenIds()[i];
    }
    assertTrue(generate(options(2)).stepLogits().isEmpty());
    assertEquals(List.of(List.of(), List.of()), generate(options(2)).topLogits());
  }

  @Test
  void thePromptMustLeaveRoomInTheContext() {
    ToyLanguageModel small = new ToyLanguageModel(1, 10, Map.of(), 8);
    Generator generator = new Generator(small, ToyDecoder::new);
    try (TensorScope scope = TensorScope.open()) {
      Tensor full = small.prompt(1, 2, 3, 4, 5, 6, 7, 8);
      String message =
          assertThrows(
                  InvalidPromptException.class, () -> generator.generate(full, null, options(5)))
              .getMessage();
      assertTrue(message.contains("8 positions") && message.contains("context of 8"), message);
      for (int beams = 1; beams < 4; beams++) {
        GenerationOptions options =
            GenerationOptions.builder().maxNewTokens(Integer.MAX_VALUE).beams(beams).build();
        Generation clipped = generator.generate(small.prompt(1, 2, 3), null, options);
        assertEquals(5, clipped.tokenIds().length);
        assertEquals(FinishReason.LENGTH, clipped.finishReason());
      }
      Tensor empty = Tensor.of(new float[0], 1, 0, 1);
      Tensor wide = Tensor.of(new float[4], 1, 2, 2);
      Tensor flat = Tensor.of(new float[4], 4, 1);
      for (Tensor wrong : List.of(empty, wide, flat)) {
        assertThrows(
            InvalidPromptException.class, () -> generator.generate(wrong, null, options(5)));
      }
    }
    assertEquals(0, small.openStates.get());
  }

  @Test
  void theStateGrowsWithLongGenerations() {
    assertEquals(1500, generate(options(1500)).tokenIds().length);
    assertTrue(model.selects.get() > 0 && model.selects.get() < 10, model.selects.toString());
  }

  @Test
  void prefixesServeManyPromptsAndStayAsTheyAre() {
    int[] whole = {3, 1, 2, 9, 8};
    for (int beams : new int[] {1, 3}) {
      GenerationOptions options =
          GenerationOptions.builder()
              .maxNewTokens(12)
              .beams(beams)
              .repetitionPenalty(1.2)
              .noRepeatNgramSize(3)
              .build();
      try (TensorScope scope = TensorScope.open();
          DecodeState prefix = model.newState(1, 3)) {
        model.forward(model.prompt(PROMPT), prefix, Logits.LAST);
        Generation expected = generator.generate(model.prompt(whole), whole, options);
        for (int i = 0; i < 2; i++) {
          Generation continued =
              generator.generate(prefix, model.prompt(9, 8), whole, options, token -> {});
          assertArrayEquals(expected.tokenIds(), continued.tokenIds());
          assertEquals(3, prefix.length());
        }
      }
    }
  }

  @Test
  void theLoopStartsFromAnyStateAndLogits() {
    try (TensorScope scope = TensorScope.open();
        DecodeState state = model.newState(1, PROMPT.length)) {
      Tensor logits = model.forward(model.prompt(PROMPT), state, Logits.LAST).view(1, 40);
      Generation generation = generator.decode(logits, state, PROMPT, options(7), token -> {});
      assertArrayEquals(generate(options(7)).tokenIds(), generation.tokenIds());
    }
  }

  @Test
  void nanAndInfiniteLogitsAreErrors() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      ToyLanguageModel broken = new ToyLanguageModel(1, 10, Map.of(7, bad), 100);
      Generator generator = new Generator(broken, ToyDecoder::new);
      List<GenerationOptions> searches =
          Float.isNaN(bad)
              ? List.of(
                  options(2), sampling(), beams(), options(2).toBuilder().topLogits(1).build())
              : List.of(sampling(), beams());
      for (GenerationOptions options : searches) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor prompt = broken.prompt(PROMPT);
          String message =
              assertThrows(TensorException.class, () -> generator.generate(prompt, null, options))
                  .getMessage();
          assertTrue(message.startsWith("the model produced"), message);
          assertEquals(1, message.lines().count());
        }
      }
      assertEquals(0, broken.openStates.get());
    }
  }

  @Test
  void listenersMayThrow() {
    assertThrows(
        IllegalStateException.class,
        () ->
            stream(
                options(5),
                token -> {
                  throw new IllegalStateException("enough");
                }));
  }

  @Test
  void threadsShareAGenerator() throws Exception {
    List<GenerationOptions> kinds =
        List.of(
            options(20),
            GenerationOptions.builder().maxNewTokens(20).temperature(1).seed(3).build(),
            GenerationOptions.builder()
                .maxNewTokens(20)
                .beams(3)
                .eosTokenIds(List.of(EOS))
                .build());
    List<int[]> expected = kinds.stream().map(o -> generate(o).tokenIds()).toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<int[]>> calls = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        GenerationOptions options = kinds.get(i % kinds.size());
        calls.add(() -> generate(options).tokenIds());
      }
      List<Future<int[]>> results = threads.invokeAll(calls);
      for (int i = 0; i < results.size(); i++) {
        assertArrayEquals(expected.get(i % kinds.size()), results.get(i).get());
      }
    } finally {
      threads.shutdown();
    }
  }

  private static GenerationOptions options(int maxNewTokens) {
    return GenerationOptions.builder().maxNewTokens(maxNewTokens).build();
  }

  private static GenerationOptions sampling() {
    return GenerationOptions.builder().maxNewTokens(2).temperature(1).build();
  }

  private static GenerationOptions beams() {
    return GenerationOptions.builder().maxNewTokens(2).beams(2).build();
  }

  private Generation generate(GenerationOptions options) {
    try (TensorScope scope = TensorScope.open()) {
      return generator.generate(model.prompt(PROMPT), PROMPT, options);
    }
  }

  private Generation stream(GenerationOptions options, TokenListener listener) {
    try (TensorScope scope = TensorScope.open()) {
      return generator.generate(model.prompt(PROMPT), PROMPT, options, listener);
    }
  }

  private static String joined(List<GeneratedToken> tokens) {
    StringBuilder text = new StringBuilder();
    tokens.forEach(token -> text.append(token.text()));
    return text.toString();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
