package io.vlm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.error.VlmException;
import io.vlm4j.generate.Generation;
import io.vlm4j.golden.Golden;
import io.vlm4j.models.fusion.LanguagePart;
import io.vlm4j.models.parts.LanguageModelPart;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that PEFT wrote, against what transformers computes with them. */
@ExtendWith(LeakCheck.class)
class LoraTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"llama, llama/gqa_tied", "embeddings, llama/mha_untied", "gpt2, gpt2/base"})
  void languageModelsEqualTheReference(String adapter, String base) throws IOException {
    SafetensorsFile expected = expected(adapter);
    LanguagePart part = LanguageModelPart.load(adapter(adapter, base), LoadOptions.FP32);
    try (LanguageModel model = part.model();
        Tokenizer tokenizer = part.tokenizer();
        TensorScope scope = TensorScope.open()) {
      int[] ids = expected.load("input_ids").toInts();
      int[] next = expected.load("new_ids").toInts();
      try (DecodeState state = model.newState(1, ids.length + next.length)) {
        Tensor embeddings = model.embed(ids).view(1, ids.length, model.hiddenSize());
        Tensor logits = model.forward(embeddings, state, Logits.ALL).view(ids.length, -1);
        assertClose(expected.load("logits").toFloats(), logits.toFloats());
        Tensor last = logits.narrow(0, ids.length - 1L, 1);
        int[] generated = new int[next.length];
        for (int i = 0; i < next.length; i++) {
          generated[i] = KernelLibrary.shared().call("argmax", last).toInts()[0];
          last = model.step(new int[] {generated[i]}, state);
        }
        assertArrayEquals(next, generated);
      }
    }
  }

  @Test
  void systemsEqualTheReference() throws IOException {
    Golden golden = Golden.of("llava/v1_5").get(0);
    Path adapter = adapter("llava", "llava/v1_5");
    try (VisionLanguageModel model = VisionLanguageModel.load(adapter, LoadOptions.FP32);
        TensorScope scope = TensorScope.open()) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(expected("llava").load("new_ids").toInts(), generation.tokenIds());
    }
  }

  @Test
  void adaptersThatDoNotFitAreRefused() throws IOException {
    assertTrue(fails(adapter("llama", "opt/pre_norm")).contains("finds no weight"));
    assertTrue(fails(adapter("llama", "llama/absent")).contains("llama/absent"));
    Path config = adapter("llama", "llama/gqa_tied").resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace("\"r\": 4", "\"r\": 5"));
    assertTrue(fails(folder.resolve("llama")).contains("expected [5, "));
  }

  private static void assertClose(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4 + 1e-3 * Math.abs(expected[i]));
    }
  }

  private static String fails(Path adapter) {
    return assertThrows(VlmException.class, () -> LanguageModelPart.load(adapter, LoadOptions.FP32))
        .getMessage();
  }

  private static SafetensorsFile expected(String adapter) {
    return SafetensorsFile.open(TestData.path("lora/" + adapter + "/expected.safetensors"));
  }

  /** A copy of an adapter that names where its base is here. */
  private Path adapter(String name, String base) throws IOException {
    Path source = TestData.path("lora/" + name);
    Path copy = Files.createDirectories(folder.resolve(name));
    String weights = "adapter_model.safetensors";
    Files.write(copy.resolve(weights), Files.readAllBytes(source.resolve(weights)));
    String config = Files.readString(source.resolve("adapter_config.json"));
    String here = TestData.path("llama").resolveSibling(base).toAbsolutePath().toString();
    Files.writeString(
        copy.resolve("adapter_config.json"),
        config.replaceFirst(
            "(\"base_model_name_or_path\": )\"[^\"]*\"", "$1\"" + here.replace('\\', '/') + "\""));
    return copy;
  }
}
