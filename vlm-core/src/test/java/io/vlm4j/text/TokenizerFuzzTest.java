package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.VlmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: a typed error or a working tokenizer, and never the end of the JVM. */
class TokenizerFuzzTest {
  private static final String TEXT = "A  photo, 12 caf\u00e9s \ud83d\ude00 <s></s> it's\n";
  private static final List<String> WORDS =
      List.of("0", "-1", "99999999999", "1e999", "null", "true", "[]", "{}", "\"\"", "\"type\"");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2/base",
        "llama/gqa_tied",
        "llama/llama3",
        "clip/vit_gelu",
        "blip/caption",
        "falcon/multi_query"
      })
  void survivesDamagedJson(String checkpoint) throws IOException {
    byte[] json = Files.readAllBytes(TestData.path(checkpoint + "/tokenizer.json"));
    Random random = new Random(checkpoint.hashCode());
    for (int i = 0; i < 300; i++) {
      Files.write(folder.resolve("tokenizer.json"), damaged(json, random));
      attempt(() -> Tokenizers.load(folder));
    }
  }

  @Test
  void survivesDamagedSentencePiece() throws IOException {
    for (String checkpoint : List.of("llama/gqa_tied", "siglip/image_text")) {
      boolean unigram = checkpoint.startsWith("siglip");
      String name = unigram ? "spiece.model" : "tokenizer.model";
      Files.copy(
          TestData.path(checkpoint + "/tokenizer_config.json"),
          Files.createDirectories(folder.resolve(name)).resolve("tokenizer_config.json"));
      byte[] model = Files.readAllBytes(TestData.path(checkpoint + "/" + name));
      Random random = new Random(7);
      for (int i = 0; i < 150; i++) {
        Files.write(folder.resolve(name).resolve(name), damaged(model, random));
        attempt(() -> Tokenizers.load(folder.resolve(name)));
      }
    }
  }

  @Test
  void survivesLyingMetadata() {
    List<Object> values =
        List.of(-1, 0, 1L << 40, "", "gpt2", true, Float.NaN, 1.5, List.of(), List.of(1, "a"));
    Random random = new Random(3);
    for (int i = 0; i < 600; i++) {
      Map<String, Object> metadata =
          i % 2 == 0
              ? GgufMetadataMaker.digits()
              : GgufMetadataMaker.byteLevelBpe("gpt2/base", "default");
      List<String> keys = metadata.keySet().stream().sorted().toList();
      String key = keys.get(random.nextInt(keys.size()));
      Map<String, Object> damaged = new HashMap<>(metadata);
      if (metadata.get(key) instanceof List<?> list && random.nextBoolean()) {
        List<Object> copy = new ArrayList<>(list);
        copy.set(random.nextInt(copy.size()), values.get(random.nextInt(values.size())));
        damaged.put(key, copy);
      } else {
        damaged.put(key, values.get(random.nextInt(values.size())));
      }
      attempt(() -> Tokenizers.fromGguf(damaged));
    }
  }

  private static void attempt(Supplier<Tokenizer> loading) {
    try (Tokenizer tokenizer = loading.get()) {
      int[] ids = tokenizer.encode(TEXT);
      tokenizer.decode(ids, true);
      tokenizer.decode(new int[] {0, 1, 400, -1, Integer.MAX_VALUE}, false);
      TokenizerGoldenTest.assertStreams(tokenizer, ids, false);
    } catch (VlmException e) {
      assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }
  }

  /** A byte changed, a piece cut out or doubled, or a JSON value put where something else was. */
  private static byte[] damaged(byte[] original, Random random) {
    // Most of a file is vocabulary; the head and the tail hold what steers the native code.
    int at =
        switch (random.nextInt(3)) {
          case 0 -> random.nextInt(original.length);
          case 1 -> random.nextInt(Math.min(original.length, 3000));
          default -> original.length - 1 - random.nextInt(Math.min(original.length, 3000));
        };
    int length = Math.min(original.length - at, random.nextInt(20));
    byte[] put =
        switch (random.nextInt(4)) {
          case 0 -> new byte[] {(byte) random.nextInt(256)};
          case 1 -> new byte[0];
          case 2 ->
              new String(original, at, length, StandardCharsets.ISO_8859_1)
                  .repeat(2)
                  .getBytes(StandardCharsets.ISO_8859_1);
          default -> WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
        };
    byte[] result = new byte[original.length - length + put.length];
    System.arraycopy(original, 0, result, 0, at);
    System.arraycopy(put, 0, result, at, put.length);
    System.arraycopy(original, at + length, result, at + put.length, original.length - at - length);
    return result;
  }
}
