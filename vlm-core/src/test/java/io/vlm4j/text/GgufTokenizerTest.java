package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same ids from a GGUF's metadata as from the hub's files. */
class GgufTokenizerTest {

  @ParameterizedTest
  @CsvSource({"gpt2/base,gpt-2", "llama/llama3,llama-bpe", "qwen2/tied,qwen2"})
  void readsByteLevelBpe(String checkpoint, String pre) {
    check(checkpoint, GgufMetadataMaker.byteLevelBpe(checkpoint, pre));
  }

  @ParameterizedTest
  @CsvSource({"llama/gqa_tied", "llama/mha_untied"})
  void readsScoredBpe(String checkpoint) {
    check(checkpoint, GgufMetadataMaker.scoredBpe(checkpoint));
  }

  private static void check(String checkpoint, Map<String, Object> metadata) {
    JsonNode cases = JsonNode.read(TestData.path(checkpoint + "/golden/tokenizer_cases.json"));
    try (Tokenizer tokenizer = Tokenizers.fromGguf(metadata)) {
      for (JsonNode golden : cases.asList()) {
        String text = golden.getString("text");
        int[] ids = golden.get("ids").asInts();
        assertArrayEquals(ids, tokenizer.encode(text), text);
        assertArrayEquals(
            golden.get("ids_no_special").asInts(), tokenizer.encode(text, false), text);
        assertEquals(golden.getString("decoded_skip_special"), tokenizer.decode(ids, true));
        TokenizerGoldenTest.assertStreams(tokenizer, ids, true);
      }
    }
  }

  /** Digits stand alone for SmolLM, together for GPT-2. */
  @Test
  void thePreTokenizerDecidesAboutDigits() {
    Map<String, Object> metadata = GgufMetadataMaker.digits();
    assertArrayEquals(new int[] {2}, encode(metadata, "gpt-2", "12"));
    assertArrayEquals(new int[] {0, 1}, encode(metadata, "smollm", "12"));
    assertArrayEquals(new int[] {3, 0}, encode(metadata, "smollm", "<|im_start|>1"));
  }

  private static int[] encode(Map<String, Object> metadata, String pre, String text) {
    metadata.put("tokenizer.ggml.pre", pre);
    try (Tokenizer tokenizer = Tokenizers.fromGguf(metadata)) {
      return tokenizer.encode(text, false);
    }
  }

  @Test
  void knowsTheSpecialTokens() {
    try (Tokenizer tokenizer = Tokenizers.fromGguf(GgufMetadataMaker.digits())) {
      assertEquals(3, tokenizer.specialTokens().bosId().orElseThrow());
      assertTrue(tokenizer.isSpecial(3));
      assertEquals("", tokenizer.decode(new int[] {3}, true));
    }
  }

  @Test
  void namesWhatIsWrong() {
    Map<String, Object> metadata = GgufMetadataMaker.digits();
    metadata.put("tokenizer.ggml.pre", "unheard-of");
    assertThrows(UnsupportedModelException.class, () -> Tokenizers.fromGguf(metadata));
    metadata.put("tokenizer.ggml.pre", "gpt-2");
    metadata.put("tokenizer.ggml.token_type", List.of(1));
    Exception error =
        assertThrows(InvalidModelException.class, () -> Tokenizers.fromGguf(metadata));
    assertTrue(error.getMessage().contains("token_type"), error.getMessage());
  }
}
