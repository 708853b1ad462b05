package io.vlm4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.error.InvalidModelException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The merges of CLIP's first repository, without a vocabulary beside them. */
class OpenAiVocabularyTest {
  private static final String HUB = "imagebind/tiny";

  @TempDir private Path folder;

  @Test
  void theVocabularyFollowsFromTheMerges() throws IOException {
    assertFalse(Tokenizers.isIn(folder));
    zip(Files.readAllBytes(TestData.path(HUB + "/merges.txt")));
    assertTrue(Tokenizers.isIn(folder));
    try (Tokenizer hub = Tokenizers.load(TestData.path(HUB));
        Tokenizer openAi = Tokenizers.load(folder)) {
      for (String text : new String[] {"A photo of a cat", "the \u00e9t\u00e9, 12 \u2603!", ""}) {
        assertArrayEquals(hub.encode(text), openAi.encode(text), text);
      }
    }
  }

  @Test
  void aDamagedFileIsAnError() throws IOException {
    Files.writeString(folder.resolve(BpeFiles.OPEN_AI), "no zip");
    assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder));
    zip("#version\na b\na b\n".getBytes(StandardCharsets.UTF_8));
    String message =
        assertThrows(InvalidModelException.class, () -> Tokenizers.load(folder)).getMessage();
    assertTrue(message.contains("twice"), message);
  }

  private void zip(byte[] merges) throws IOException {
    try (OutputStream stream =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve(BpeFiles.OPEN_AI)))) {
      stream.write(merges);
    }
  }
}
