package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ids and decoded texts against the reference, from every kind of file that a checkpoint has: each
 * kind alone gives the same ids as {@code tokenizer.json}.
 */
class TokenizerGoldenTest {
  private static final List<String> CHECKPOINTS =
      List.of(
          "clip/vit_gelu",
          "llama/gqa_tied",
          "llama/llama3",
          "mistral/sliding",
          "qwen2/tied",
          "gpt2/base",
          "opt/pre_norm",
          "falcon/multi_query",
          "t5/flan_gated_gelu",
          "blip/caption",
          "llava/v1_5",
          "smolvlm/base",
          "siglip/image_text");

  private static final List<String> CONFIGURATION =
      List.of("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json");

  @TempDir Path temporary;

  @TestFactory
  List<DynamicTest> fromTokenizerJson() throws IOException {
    return tests("tokenizer.json");
  }

  @TestFactory
  List<DynamicTest> fromVocabularyAndMerges() throws IOException {
    return tests("vocab.json", "merges.txt");
  }

  @TestFactory
  List<DynamicTest> fromSentencePiece() throws IOException {
    List<DynamicTest> tests = new ArrayList<>(tests("spiece.model"));
    tests.addAll(tests("tokenizer.model"));
    return tests;
  }

  /** One test for each checkpoint that has these files. */
  private List<DynamicTest> tests(String... files) throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String checkpoint : CHECKPOINTS) {
      Path source = TestData.path(checkpoint);
      if (Files.exists(source.resolve(files[0]))) {
        Path folder = Files.createDirectories(temporary.resolve(files[0]).resolve(checkpoint));
        copy(source, folder, List.of(files));
        copy(source, folder, CONFIGURATION);
        JsonNode cases = JsonNode.read(source.resolve("golden/tokenizer_cases.json"));
        tests.add(DynamicTest.dynamicTest(checkpoint, () -> check(folder, cases)));
      }
    }
    return tests;
  }

  private static void copy(Path source, Path folder, List<String> files) throws IOException {
    for (String file : files) {
      if (Files.exists(source.resolve(file))) {
        Files.copy(source.resolve(file), folder.resolve(file));
      }
    }
  }

  private static void check(Path folder, JsonNode cases) {
    try (Tokenizer tokenizer = Tokenizers.load(folder)) {
      for (JsonNode golden : cases.asList()) {
        String text = golden.getString("text");
        int[] ids = golden.get("ids").asInts();
        assertArrayEquals(ids, tokenizer.encode(text), text);
        assertArrayEquals(
            golden.get("ids_no_special").asInts(), tokenizer.encode(text, false), text);
        if (golden.has("decoded")) {
          assertEquals(golden.getString("decoded"), tokenizer.decode(ids, false));
          assertEquals(golden.getString("decoded_skip_special"), tokenizer.decode(ids, true));
        }
        assertStreams(tokenizer, ids, true);
        assertStreams(tokenizer, ids, false);
      }
    }
  }

  static void assertStreams(Tokenizer tokenizer, int[] ids, boolean skipSpecialTokens) {
    IncrementalDecoder decoder = tokenizer.incrementalDecoder(skipSpecialTokens);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.push(id));
    }
    text.append(decoder.finish());
    assertEquals(tokenizer.decode(ids, skipSpecialTokens), text.toString());
  }
}
