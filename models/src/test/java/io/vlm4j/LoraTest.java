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
import java.util.List;
import java.util.stream.IntStream;
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
    assertLogits(adapter, adapter(adapter, base), LoadOptions.FP32);
    assertLogits(
        adapter,
        TestData.path(base),
        LoadOptions.FP32.withAdapter(TestData.path("lora/" + adapter)));
  }

  /** The model's logits and greedy tokens are those that PEFT's model had. */
  private static void assertLogits(String adapter, Path path, LoadOptions options) {
    SafetensorsFile expected = expected(adapter);
    LanguagePart part = LanguageModelPart.load(path, options);
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
    LoadOptions options = LoadOptions.FP32.withAdapter(TestData.path("lora/llava"));
    try (VisionLanguageModel model = VisionLanguageModel.load(adapter, LoadOptions.FP32);
        VisionLanguageModel same = VisionLanguageModel.load(golden.checkpoint(), options);
        TensorScope scope = TensorScope.open()) {
      Generation generation = model.generate(golden.prompt(), golden.generation());
      assertArrayEquals(expected("llava").load("new_ids").toInts(), generation.tokenIds());
      assertArrayEquals(
          generation.tokenIds(), same.generate(golden.prompt(), golden.generation()).tokenIds());
    }
  }

  @Test
  void ggufFilesEqualTheReferenceToo() throws IOException {
    Path gguf = TinyGguf.withTokenizer(TestData.path("gguf/llama.gguf"), folder.resolve("a.gguf"));
    assertLogits("llama", Adapters.copy("llama", folder.resolve("llama"), gguf), LoadOptions.FP32);
    assertLogits("llama", gguf, LoadOptions.FP32.withAdapter(TestData.path("lora/llama")));
  }

  /** llama.cpp has the rows of these in another order. */
  @ParameterizedTest
  @CsvSource({"q_proj, 48", "k_proj, 16"})
  void queriesAndKeysOfGgufFilesAreAdaptedInTheHubsOrder(String module, int rows) {
    Path gguf = TinyGguf.withTokenizer(TestData.path("gguf/llama.gguf"), folder.resolve("a.gguf"));
    List<String> modules =
        List.of("model.layers.0.self_attn." + module, "model.layers.1.self_attn." + module);
    Path hub = TestData.path("llama/gqa_tied");
    float[] plain = logits(hub, LoadOptions.FP32);
    float[] expected =
        logits(Adapters.random(folder.resolve("hub"), hub, 48, rows, modules), LoadOptions.FP32);
    float[] actual =
        logits(Adapters.random(folder.resolve("gguf"), gguf, 48, rows, modules), LoadOptions.FP32);
    assertArrayEquals(expected, actual, 1e-4f);
    assertTrue(distance(plain, expected) > 0.01, "the adapter does something");
  }

  private static float[] logits(Path path, LoadOptions options) {
    LanguagePart part = LanguageModelPart.load(path, options);
    try (LanguageModel model = part.model();
        Tokenizer tokenizer = part.tokenizer();
        TensorScope scope = TensorScope.open()) {
      int[] ids = {5, 17, 60, 33, 8, 120, 77};
      return part.logits(model.embed(ids).view(1, ids.length, model.hiddenSize())).toFloats();
    }
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElse(0);
  }

  @Test
  void adaptersThatDoNotFitAreRefused() throws IOException {
    assertTrue(fails(adapter("llama", "opt/pre_norm")).contains("no weight in"));
    assertTrue(fails(adapter("llama", "llama/absent")).contains("llama/absent"));
    String tensor = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    assertTrue(fails(adapter("llama", "opt/pre_norm")).contains(tensor));
    Path config = adapter("llama", "llama/gqa_tied").resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace("\"r\": 4", "\"r\": 5"));
    assertTrue(fails(folder.resolve("llama")).contains("expected [5, "));
  }

  @Test
  void aBaseBesideTheAdapterMovesWithIt() throws IOException {
    TinyModels.copy(TestData.path("llama/gqa_tied"), folder.resolve("run/base"));
    for (String name : List.of("../base", "base")) {
      Adapters.copy("llama", folder.resolve("run/adapter"), name);
      if (name.equals("base")) {
        Files.move(folder.resolve("run/base"), folder.resolve("run/adapter/base"));
      }
      Path moved = Files.move(folder.resolve("run"), folder.resolve("elsewhere"));
      assertLogits("llama", moved.resolve("adapter"), LoadOptions.FP32);
      Files.move(moved, folder.resolve("run"));
    }
    String message = fails(Adapters.copy("llama", folder.resolve("run/adapter"), "some/where"));
    for (String place :
        List.of(
            "'some/where'",
            "tried " + Path.of("some/where") + ", " + folder.resolve("run/adapter/some/where"),
            "the hub cache ")) {
      assertTrue(message.contains(place), message);
    }
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
    return Adapters.copy(
        name, folder.resolve(name), TestData.path("llama").resolveSibling(base).toAbsolutePath());
  }
}
