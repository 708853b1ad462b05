package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.generate.CancellationToken;
import io.vlm4j.generate.FinishReason;
import io.vlm4j.generate.GeneratedToken;
import io.vlm4j.generate.Generation;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The public API on a tiny SmolVLM. */
@ExtendWith(LeakCheck.class)
class ApiTest {
  private static final GenerationOptions TWELVE =
      GenerationOptions.builder().maxNewTokens(12).eosTokenIds(List.of()).build();

  private static final Image PHOTO = Golden.image("photo.jpg");
  private static final Image SHAPES = Golden.image("shapes.png");
  private static final Image SMALL = Golden.image("small.png");

  private static VisionLanguageModel model;

  @BeforeAll
  static void load() {
    model = load(0); // each test leaves as many native handles as there were
  }

  private static VisionLanguageModel load(long imageCacheBytes) {
    return VisionLanguageModel.load(
        TestData.path("smolvlm/base"), LoadOptions.FP32.withImageCacheBytes(imageCacheBytes));
  }

  @AfterAll
  static void closingFreesEverything() {
    model.close();
    model.close(); // twice is fine
  }

  @Test
  void captionAndAnswerAreTheStrippedTextOfAGreedyGeneration() {
    GenerationOptions options = GenerationOptions.builder().maxNewTokens(64).build();
    assertEquals(
        model.generate(Prompt.caption(SMALL), options).text().strip(), model.caption(SMALL));
    assertEquals(
        model.generate(Prompt.of(SMALL, "how many birds?"), options).text().strip(),
        model.answer(SMALL, "how many birds?"));
  }

  @Test
  void theQuestionAndTheImageMatter() {
    int[] ids = ids(Prompt.of(PHOTO, "what is in the picture?"));
    assertFalse(IntStream.of(ids).allMatch(id -> id == ids[0]));
    assertArrayEquals(ids, ids(Prompt.of(PHOTO, "what is in the picture?")));
  }

  @Test
  void streamedTokensAreThoseOfTheGeneration() {
    List<GeneratedToken> tokens = new ArrayList<>();
    Generation streamed = model.stream(Prompt.caption(PHOTO), TWELVE, tokens::add);
    Generation generated = model.generate(Prompt.caption(PHOTO), TWELVE);
    assertArrayEquals(generated.tokenIds(), tokens.stream().mapToInt(GeneratedToken::id).toArray());
    assertEquals(generated.text(), streamed.text());
    assertEquals(
        generated.text(), tokens.stream().map(GeneratedToken::text).collect(Collectors.joining()));
    assertEquals(FinishReason.LENGTH, generated.finishReason());
  }

  @Test
  void aSessionGivesTheSameIdsAndReusesTheCommonBeginning() {
    Prompt first = fewShot().query(SMALL, "what is this?").build();
    Prompt second = fewShot().query(SMALL, "how many?").build();
    try (Session session = model.session()) {
      assertArrayEquals(ids(first), session.generate(first, TWELVE).tokenIds());
      assertEquals(0, session.reusedPositions());
      assertArrayEquals(ids(second), session.generate(second, TWELVE).tokenIds());
      int shared = session.reusedPositions();
      assertTrue(shared > 30, () -> "reused " + shared + " positions");
      assertArrayEquals(ids(second), session.generate(second, TWELVE).tokenIds());
      assertTrue(session.reusedPositions() > shared);
    }
  }

  @Test
  void aSessionIsNotMisledByAnotherImageInTheSamePlace() {
    Prompt first = Prompt.of(PHOTO, "what is this?");
    Prompt second = Prompt.of(Golden.image("noise.png"), "what is this?");
    try (Session session = model.session()) {
      session.generate(first, TWELVE);
      assertArrayEquals(ids(second), session.generate(second, TWELVE).tokenIds());
      assertArrayEquals(ids(first), session.generate(first, TWELVE).tokenIds());
    }
  }

  @Test
  void aSessionEncodesAnImageOnce() {
    try (VisionLanguageModel caching = load(LoadOptions.DEFAULT_IMAGE_CACHE_BYTES);
        Session session = caching.session()) {
      assertTrue(encodes(session, fewShot().query(SMALL).build()));
      assertFalse(encodes(session, fewShot().query(SMALL, "what is this?").build()));
      assertTrue(encodes(session, fewShot().query(Golden.image("gray.png")).build()));
    }
  }

  @Test
  void aSessionThatFailedGoesOn() {
    Prompt prompt = Prompt.of(PHOTO, "what is this?");
    int[] expected = ids(prompt);
    try (Session session = model.session()) {
      session.generate(prompt, TWELVE);
      try {
        session.stream(
            Prompt.of(PHOTO, "how many?"),
            TWELVE,
            token -> {
              throw new IllegalStateException("the listener fails");
            });
      } catch (IllegalStateException e) {
        assertEquals("the listener fails", e.getMessage());
      }
      assertArrayEquals(expected, session.generate(prompt, TWELVE).tokenIds());
    }
  }

  @Test
  void cancellingFromAnotherThreadStopsWithinOneToken() {
    CancellationToken cancellation = new CancellationToken();
    GenerationOptions options =
        TWELVE.toBuilder().maxNewTokens(500).cancellation(cancellation).build();
    Generation generation =
        model.stream(
            Prompt.caption(SMALL),
            options,
            token -> {
              if (token.index() == 4) {
                CompletableFuture.runAsync(cancellation::cancel).join();
              }
            });
    assertEquals(FinishReason.CANCELLED, generation.finishReason());
    assertTrue(generation.tokenIds().length <= 6, () -> generation.tokenIds().length + " tokens");
  }

  @Test
  void eightThreadsGiveTheAnswersOfOne() throws Exception {
    List<Prompt> prompts =
        List.of(
            Prompt.caption(PHOTO),
            Prompt.of(SHAPES, "how many?"),
            Prompt.caption(SMALL),
            Prompt.of(PHOTO, "what is this?"));
    List<int[]> expected = prompts.stream().map(ApiTest::ids).toList();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<int[]>> answers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Prompt prompt = prompts.get(i % prompts.size());
        answers.add(threads.submit(() -> ids(prompt)));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertArrayEquals(expected.get(i % expected.size()), answers.get(i).get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void nativeMemoryIsFlatOverGenerations() {
    GenerationOptions beams = TWELVE.toBuilder().beams(3).maxNewTokens(4).build();
    ids(Prompt.caption(SMALL));
    long count = NativeHandle.liveCount();
    for (int i = 0; i < 50; i++) {
      model.generate(Prompt.caption(SMALL), i % 5 == 0 ? beams : TWELVE);
      assertEquals(count, NativeHandle.liveCount());
    }
  }

  private static Prompt.Builder fewShot() {
    return Prompt.builder().example(PHOTO, "a dog runs").example(SHAPES, "three shapes");
  }

  private static boolean encodes(Session session, Prompt prompt) {
    try (Trace trace = Trace.start()) {
      session.generate(prompt, TWELVE);
      return trace.tensors().containsKey("connector_output");
    }
  }

  private static int[] ids(Prompt prompt) {
    return model.generate(prompt, TWELVE).tokenIds();
  }
}
