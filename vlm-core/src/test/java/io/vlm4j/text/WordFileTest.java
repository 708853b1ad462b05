package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordFileTest {
  private static final Map<String, Integer> ROLES =
      Map.of("bos_token", 0, "eos_token", 1, "unk_token", 2);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"<s>\", \"</s>\", \"<unk>\", \"a\", \"dog\", \".\"]",
        "{\"dog\": 4, \"a\": 3, \".\": 5, \"<s>\": 0, \"</s>\": 1, \"<unk>\": 2}"
      })
  void wordsAreCutAtSpacesAndJoinedByThem(String json) throws IOException {
    try (Tokenizer words = load(json)) {
      assertArrayEquals(new int[] {3, 2, 4, 5}, words.encode("a brown dog."));
      assertEquals("a dog .", words.decode(new int[] {0, 3, 2, 4, 5, 1}, true));
      assertEquals("<s> a <unk> dog", words.decode(new int[] {0, 3, 2, 4}, false));
      assertEquals(6, words.vocabSize());
      assertEquals(1, words.specialTokens().eosId().orElseThrow());
    }
  }

  @Test
  void streamedWordsEqualTheDecodedText() throws IOException {
    try (Tokenizer words = load("[\"<s>\", \"</s>\", \"<unk>\", \"a\", \"dog\", \".\"]")) {
      IncrementalDecoder decoder = words.incrementalDecoder(true);
      StringBuilder text = new StringBuilder();
      for (int id : new int[] {3, 4, 4, 2, 3, 5, 1}) {
        text.append(decoder.push(id));
      }
      assertEquals("a dog dog a .", text.append(decoder.finish()).toString());
    }
  }

  @Test
  void wordsWithoutAnIdOfTheirOwnAreRefused() {
    assertRefused("[\"<s>\", \"</s>\", \"<unk>\", \"a\", \"a\"]", "'a' has the ids 3 and 4");
    assertRefused("[\"<s>\", \"</s>\"]", "no word has the id 2 of unk_token");
    assertRefused("{\"<s>\": 0, \"</s>\": 1, \"<unk>\": 2, \"a\": 2}", "have one id");
  }

  private void assertRefused(String json, String words) {
    InvalidModelException e = assertThrows(InvalidModelException.class, () -> load(json));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private Tokenizer load(String json) throws IOException {
    return Tokenizers.loadWords(Files.writeString(folder.resolve("vocab.json"), json), ROLES);
  }
}
