package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Perceiver's tokenizer; expected ids are those of the reference. */
class ByteTokenizerTest {
  @TempDir Path folder;

  private static Tokenizer load() {
    return Tokenizers.load(TestData.path("perceiver/masked_lm"));
  }

  @Test
  void idsAreBytesAfterTheSpecialTokens() {
    try (Tokenizer tokenizer = load()) {
      assertArrayEquals(
          new int[] {4, 71, 38, 3, 201, 175, 6, 5}, tokenizer.encode("A [MASK]\u00e9\0"));
      assertArrayEquals(new int[] {5, 97, 5}, tokenizer.encode("[SEP][[SEP]", false));
      assertArrayEquals(new int[] {4, 5}, tokenizer.encode(""));
      assertEquals(262, tokenizer.vocabSize());
      assertEquals("\u00ff", tokenizer.token(261));
      assertEquals(OptionalInt.of(261), tokenizer.id("\u00ff"));
      assertEquals(OptionalInt.of(3), tokenizer.id("[MASK]"));
      assertEquals(OptionalInt.empty(), tokenizer.id("ab"));
      assertEquals("", tokenizer.token(262));
      assertTrue(tokenizer.isSpecial(0));
      assertFalse(tokenizer.isSpecial(6));
      assertEquals(OptionalInt.of(0), tokenizer.specialTokens().padId());
      assertEquals("[MASK]", tokenizer.specialTokens().role("mask_token").orElseThrow().text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a dog", "caf\u00e9 \uD83D\uDE00 [MASK] \uFFFD.", "nul\0 [CLS]"})
  void decodingUndoesEncoding(String text) {
    try (Tokenizer tokenizer = load()) {
      int[] ids = tokenizer.encode(text);
      String plain = text.replace("[MASK]", "").replace("[CLS]", "");
      assertEquals(plain, tokenizer.decode(ids, true));
      assertEquals("[CLS]" + text + "[SEP]", tokenizer.decode(ids, false));
      assertEquals(plain, streamed(tokenizer, ids));
    }
  }

  @Test
  void bytesThatAreNoUtf8AreReplaced() {
    try (Tokenizer tokenizer = load()) {
      int[] ids = {6 + 0xE2, 6 + 0x28, -1, 400, 6 + 0xFF, 6 + 0x80, 6 + 'a', 6 + 0xC3};
      assertEquals("\uFFFD(\uFFFD\uFFFDa\uFFFD", tokenizer.decode(ids, true));
      assertEquals(tokenizer.decode(ids, true), streamed(tokenizer, ids));
    }
  }

  @Test
  void configurationsRenameAndAddTokens() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "PerceiverTokenizer", "mask_token": "<gap>",
         "clean_up_tokenization_spaces": true, "added_tokens_decoder": {
         "262": {"content": "<x>", "lstrip": true, "rstrip": true, "special": false}}}
        """);
    try (Tokenizer tokenizer = Tokenizers.load(folder)) {
      int[] ids = tokenizer.encode("a <x> <gap>!", false);
      assertArrayEquals(new int[] {103, 262, 3, 39}, ids);
      assertEquals("a<x><gap>!", tokenizer.decode(ids, false));
      int[] spaced = tokenizer.encode("it 's here .", false);
      assertEquals("it's here.", tokenizer.decode(spaced, true));
      assertEquals("it's here.", streamed(tokenizer, spaced));
      assertEquals(263, tokenizer.vocabSize());
    }
  }

  @Test
  void theModelsTypeSuffices() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"perceiver\"}");
    try (Tokenizer tokenizer = Tokenizers.load(folder)) {
      assertArrayEquals(new int[] {4, 103, 5}, tokenizer.encode("a"));
    }
  }

  @Test
  void badInputIsRefused() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "PerceiverTokenizer",
         "added_tokens_decoder": {"70": {"content": "<x>"}}}
        """);
    assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder));
    Tokenizer tokenizer = load();
    String tooLong = "a".repeat(Tokenizer.MAX_TEXT_LENGTH + 1);
    assertThrows(InvalidPromptException.class, () -> tokenizer.encode(tooLong));
    tokenizer.close();
    assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
    assertThrows(IllegalStateException.class, () -> tokenizer.decode(new int[] {7}, true));
  }

  private static String streamed(Tokenizer tokenizer, int... ids) {
    IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    return text.append(decoder.finish()).toString();
  }
}
