package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.golden.Golden;
import io.vlm4j.image.Image;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.prompt.Prompt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a folder or a prompt is said in one line, by an exception of its kind. */
@ExtendWith(LeakCheck.class)
class BadInputTest {
  private static final GenerationOptions FOUR = GenerationOptions.builder().maxNewTokens(4).build();

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void copyModel() {
    folder = TinyModels.copy(TestData.path("llava/v1_5"), temporary.resolve("model"));
  }

  @Test
  void noFolder() {
    folder = temporary.resolve("nowhere");
    assertRefused(InvalidModelException.class, "no folder", folder.toString());
  }

  @Test
  void aFileInsteadOfAFolder() {
    folder = folder.resolve("config.json");
    assertRefused(InvalidModelException.class, "is a file", "expected a model folder");
  }

  @Test
  void noConfig() throws IOException {
    Files.delete(folder.resolve("config.json"));
    assertRefused(InvalidModelException.class, "has no config.json");
  }

  @Test
  void corruptConfig() throws IOException {
    for (String json : List.of("", "{\"model_type\": \"llava\"", "[1, 2]", "\u0000\u0001", "{}")) {
      Files.writeString(folder.resolve("config.json"), json);
      assertRefused(InvalidModelException.class, "config.json");
    }
  }

  @Test
  void unknownModelType() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"flying_carpet\"}");
    assertRefused(
        UnsupportedModelException.class,
        "'flying_carpet'",
        "supported are",
        "llava, llava_next",
        "smolvlm",
        "vlm4j");
  }

  @Test
  void aPartInsteadOfASystem() {
    folder = TestData.path("llama/gqa_tied");
    assertRefused(UnsupportedModelException.class, "only a part", "'llama'", "llava");
  }

  @Test
  void unknownPart() throws IOException {
    edit("config.json", "clip_vision_model", "crystal_ball");
    assertRefused(UnsupportedModelException.class, "'crystal_ball'", "clip_vision_model, dinov2");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    for (int length : new int[] {0, 7, 100, bytes.length / 2, bytes.length - 1}) {
      Files.write(weights, Arrays.copyOf(bytes, length));
      assertRefused(InvalidModelException.class, "model.safetensors");
    }
  }

  @Test
  void noWeights() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused(InvalidModelException.class, "has no weights", "model.safetensors");
  }

  @Test
  void aMissingShard() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\"}}");
    assertRefused(InvalidModelException.class, "model-00001-of-00002.safetensors is missing");
  }

  @Test
  void aWrongShape() throws IOException {
    edit("config.json", "\"intermediate_size\": 96", "\"intermediate_size\": 64");
    assertRefused(InvalidModelException.class, "96", "64", "mlp");
  }

  @Test
  void aMissingTensor() throws IOException {
    rename("language_model.model.norm.weight", "language_model.model.form.weight");
    assertRefused(InvalidModelException.class, "norm");
  }

  @Test
  void widthsOfThePartsThatDiffer() throws IOException {
    edit("config.json", "\"hidden_size\": 48", "\"hidden_size\": 44");
    assertRefused(InvalidModelException.class, "48", "44");
  }

  @Test
  void noTokenizer() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    Files.delete(folder.resolve("tokenizer.model"));
    assertRefused(InvalidModelException.class, "no tokenizer in", "tokenizer.json");
  }

  @Test
  void aCorruptTokenizer() throws IOException {
    edit("tokenizer.json", "\"BPE\"", "\"CPE\"");
    assertRefused(InvalidModelException.class, "tokenizer.json");
  }

  @Test
  void noPreprocessing() throws IOException {
    Files.delete(folder.resolve("preprocessor_config.json"));
    assertRefused(InvalidModelException.class, "preprocessor_config.json");
  }

  @Test
  void ggufOfAnUnsupportedQuantisation() throws IOException {
    Path file = temporary.resolve("model.gguf");
    byte[] bytes = Files.readAllBytes(TestData.path("gguf/llama.gguf"));
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(typeOf(bytes, "blk.0.attn_q"), 12);
    Files.write(file, bytes);
    VlmException e =
        assertThrows(
            InvalidModelException.class, () -> LanguageModelPart.load(file, LoadOptions.FP32));
    assertOneLine(e, "Q4_K", "Q4_0, Q4_1, Q8_0, Q6_K");
  }

  @Test
  void placeholdersAndImagesThatDiffer() {
    Image image = Golden.image("small.png");
    assertPromptRefused(Prompt.raw("<image> and <image>?", List.of(image)), "2 image", "1 image");
    assertPromptRefused(Prompt.raw("<image>?", List.of(image, image)), "1 image", "2 image");
    assertPromptRefused(Prompt.raw("what?", List.of(image)), "0 image", "1 image");
    assertPromptRefused(Prompt.raw("<image>?", List.of()), "1 image", "0 image");
    assertPromptRefused(Prompt.of(image, "is <image> here?"), "2 image", "1 image");
  }

  @Test
  void emptyPrompts() {
    assertPromptRefused(Prompt.raw("", List.of()), "empty");
    assertPromptRefused(Prompt.raw(" \n", List.of()), "empty");
    assertThrows(InvalidPromptException.class, () -> Prompt.builder().build());
    assertThrows(InvalidPromptException.class, () -> Prompt.builder().text(" "));
  }

  @Test
  void aPromptLongerThanTheContext() {
    Image image = Golden.image("small.png");
    assertPromptRefused(Prompt.of(image, "what? ".repeat(300)), "256");
    assertPromptRefused(Prompt.raw("<image>".repeat(20), Collections.nCopies(20, image)), "256");
  }

  @Test
  void aClosedModelSaysSo() {
    VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32);
    model.close();
    assertThrows(
        IllegalStateException.class, () -> model.generate(Prompt.raw("what?", List.of()), FOUR));
  }

  private void assertPromptRefused(Prompt prompt, String... words) {
    try (VisionLanguageModel model = VisionLanguageModel.load(folder, LoadOptions.FP32);
        Session session = model.session()) {
      assertOneLine(
          assertThrows(InvalidPromptException.class, () -> model.generate(prompt, FOUR)), words);
      assertOneLine(
          assertThrows(InvalidPromptException.class, () -> session.generate(prompt, FOUR)), words);
    }
  }

  private void assertRefused(Class<? extends VlmException> type, String... words) {
    assertOneLine(
        assertThrows(type, () -> VisionLanguageModel.load(folder, LoadOptions.FP32)), words);
  }

  private static void assertOneLine(VlmException e, String... words) {
    String message = e.getMessage();
    assertFalse(message.contains("\n"), message);
    for (String word : words) {
      assertTrue(message.contains(word), () -> "'" + message + "' lacks '" + word + "'");
    }
  }

  private void edit(String file, String from, String to) throws IOException {
    String text = Files.readString(folder.resolve(file));
    assertTrue(text.contains(from), file);
    Files.writeString(folder.resolve(file), text.replace(from, to));
  }

  /** Gives a tensor another name of the same length. */
  private void rename(String from, String to) throws IOException {
    Path file = folder.resolve("model.safetensors");
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertTrue(bytes.contains(from));
    Files.writeString(file, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
  }

  /** Where a GGUF's header says how the elements of a matrix are stored. */
  private static int typeOf(byte[] gguf, String name) {
    String tensor = name + ".weight";
    int start = new String(gguf, StandardCharsets.ISO_8859_1).indexOf(tensor);
    int dimensions = 2;
    return start + tensor.length() + Integer.BYTES + dimensions * Long.BYTES;
  }
}
