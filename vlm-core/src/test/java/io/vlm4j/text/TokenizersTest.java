package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizersTest {
  @TempDir Path folder;

  @Test
  void addedTokensAreFoundInsideText() {
    try (Tokenizer tokenizer = load("llava/v1_5")) {
      int image = tokenizer.id("<image>").orElseThrow();
      int[] ids = tokenizer.encode("a<image>b", false);
      assertEquals(1, List.of(box(ids)).stream().filter(id -> id == image).count());
      assertEquals("<image>", tokenizer.token(image));
      assertTrue(tokenizer.isSpecial(image));
    }
  }

  @Test
  void additionalTokensGetTheNextIdsAndAreFoundInsideText() {
    Path folder = TestData.path("gpt2/base");
    try (Tokenizer plain = Tokenizers.load(folder);
        Tokenizer extended = Tokenizers.load(folder, List.of("<image>", "<|endoftext|>", "<x>"))) {
      int next = plain.vocabSize();
      boolean known = plain.id("<|endoftext|>").isPresent();
      assertEquals(OptionalInt.of(next), extended.id("<image>"));
      assertEquals(OptionalInt.of(next + (known ? 1 : 2)), extended.id("<x>"));
      assertTrue(extended.isSpecial(next));
      int[] ids = extended.encode("a<image>b", false);
      assertTrue(Arrays.stream(ids).anyMatch(id -> id == next));
      assertEquals("ab", extended.decode(ids, true));
    }
  }

  @Test
  void wordPiecesOfVocabTxtAreThoseOfTokenizerJson() throws IOException {
    Path whole = TestData.path("two_stream/visualbert-qa");
    Files.copy(whole.resolve("vocab.txt"), folder.resolve("vocab.txt"));
    try (Tokenizer expected = Tokenizers.load(whole);
        Tokenizer actual = Tokenizers.load(folder)) {
      for (String text :
          List.of(
              "",
              "What COLOR is the car?",
              "a [MASK] near\tthe wat\u00e9r!",
              "\u4e2d\u6587 x\u00ad")) {
        assertArrayEquals(expected.encode(text), actual.encode(text), text);
        int[] ids = expected.encode(text);
        assertEquals(expected.decode(ids, true), actual.decode(ids, true));
      }
      assertEquals(expected.vocabSize(), actual.vocabSize());
      assertTrue(actual.isSpecial(actual.id("[SEP]").orElseThrow()));
    }
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    try (Tokenizer cased = Tokenizers.load(folder)) {
      int unknown = cased.id("[UNK]").orElseThrow();
      assertArrayEquals(new int[] {unknown}, cased.encode("COLOR", false));
    }
    Files.writeString(folder.resolve("vocab.txt"), "a\nb\n");
    String message =
        assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder)).getMessage();
    assertTrue(message.contains("[UNK]"), message);
  }

  @Test
  void specialTokensHaveRoles() {
    try (Tokenizer tokenizer = load("smolvlm/base")) {
      SpecialTokens special = tokenizer.specialTokens();
      assertEquals("<|im_start|>", special.bos().orElseThrow().text());
      assertEquals("<end_of_utterance>", special.eos().orElseThrow().text());
      assertEquals(tokenizer.id("<|im_end|>"), special.padId());
      assertEquals(tokenizer.id("<|endoftext|>"), special.unkId());
      assertEquals("<image>", special.role("image_token").orElseThrow().text());
    }
  }

  @Test
  void rolesMayBeUnfilled() {
    try (Tokenizer tokenizer = load("qwen2/tied")) {
      assertTrue(tokenizer.specialTokens().bos().isEmpty());
      assertEquals(OptionalInt.empty(), tokenizer.specialTokens().bosId());
    }
  }

  @Test
  void idsOutsideTheVocabularyAreLeftOut() {
    try (Tokenizer tokenizer = load("gpt2/base")) {
      int[] ids = tokenizer.encode("a dog");
      int[] padded = {-1, ids[0], tokenizer.vocabSize(), ids[1], ids[2], Integer.MAX_VALUE};
      assertEquals(tokenizer.decode(ids, false), tokenizer.decode(padded, false).substring(0, 5));
      assertEquals("", tokenizer.token(-1));
      assertEquals("", tokenizer.token(tokenizer.vocabSize()));
      assertEquals(OptionalInt.empty(), tokenizer.id("no such token"));
      assertEquals("", tokenizer.decode(new int[0], true));
    }
  }

  @Test
  void longTextIsNeverTruncated() {
    try (Tokenizer tokenizer = load("gpt2/base")) {
      assertTrue(tokenizer.encode("a dog ".repeat(5000)).length > 10_000);
      String tooLong = "a".repeat(Tokenizer.MAX_TEXT_LENGTH + 1);
      assertThrows(InvalidPromptException.class, () -> tokenizer.encode(tooLong));
    }
  }

  @Test
  void truncationInTheFileIsIgnored() throws IOException {
    String json = Files.readString(TestData.path("gpt2/base/tokenizer.json"));
    String truncating =
        json.replaceFirst(
            "\"truncation\": ?null",
            "\"truncation\":{\"direction\":\"Right\",\"max_length\":2,"
                + "\"strategy\":\"LongestFirst\",\"stride\":0}");
    assertFalse(json.equals(truncating));
    Files.writeString(folder.resolve("tokenizer.json"), truncating);
    try (Tokenizer tokenizer = Tokenizers.load(folder)) {
      assertTrue(tokenizer.encode("a dog and a cat").length > 2);
    }
  }

  @Test
  void unpairedSurrogatesAreReplaced() {
    try (Tokenizer tokenizer = load("gpt2/base")) {
      assertArrayEquals(
          tokenizer.encode("\uD83D\uDE00 \uFFFD"), tokenizer.encode("\uD83D\uDE00 \uD83D"));
      assertEquals("nul\0", tokenizer.decode(tokenizer.encode("nul\0"), true));
    }
  }

  @Test
  void closingIsSafe() {
    Tokenizer tokenizer = load("gpt2/base");
    tokenizer.close();
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
    assertThrows(IllegalStateException.class, () -> tokenizer.decode(new int[] {1}, true));
  }

  @Test
  void threadsShareATokenizer() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Tokenizer tokenizer = load("llama/llama3")) {
      String text = "I'm sure 12345 caf\u00e9s \uD83D\uDE00 are open";
      int[] expected = tokenizer.encode(text);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 200; round++) {
                    assertArrayEquals(expected, tokenizer.encode(text));
                    assertEquals(text, tokenizer.decode(expected, true));
                  }
                }));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anAbsentTokenizerNamesTheFolderAndTheFiles() {
    InvalidModelException e =
        assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder));
    assertTrue(e.getMessage().contains(folder.toString()));
    assertTrue(e.getMessage().contains("tokenizer.json"));
    assertTrue(e.getMessage().contains("spiece.model"));
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void whatWouldPanicIsRefused() throws IOException {
    String json = Files.readString(TestData.path("llama/llama3/tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        json.replaceFirst("\"id\": ?\"<\\|begin_of_text\\|>\"", "\"id\":\"nowhere\""));
    assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder));
    Files.writeString(
        folder.resolve("tokenizer.json"), json.replaceFirst("\\\\\\\\p\\{L}\\+", "(a+)+"));
    assertThrows(UnsupportedModelException.class, () -> Tokenizers.load(folder));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        json.replaceFirst("\"type\": ?\"Split\"", "\"type\":\"Unheard\""));
    assertThrows(UnsupportedModelException.class, () -> Tokenizers.load(folder));
  }

  private static Tokenizer load(String checkpoint) {
    return Tokenizers.load(TestData.path(checkpoint));
  }

  private static Integer[] box(int[] ids) {
    Integer[] boxed = new Integer[ids.length];
    for (int i = 0; i < ids.length; i++) {
      boxed[i] = ids[i];
    }
    return boxed;
  }
}
