package io.vlm4j.llm.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.NativeHandle;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LlamaModelTest {
  private long before;

  @BeforeEach
  void count() {
    before = NativeHandle.liveCount();
  }

  @AfterEach
  void nothingLeaks() {
    assertEquals(before, NativeHandle.liveCount());
  }

  static Stream<Golden> goldens() {
    return Stream.of(
            "llama/gqa_tied",
            "llama/llama3",
            "llama/mha_untied",
            "mistral/sliding",
            "qwen2/tied",
            "qwen2/untied")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void promptLogitsAndEveryGreedyStepEqualTheReference(Golden golden) {
    int[] prompt = golden.ints("input_ids");
    int[] expected = golden.ints("new_ids");
    try (LanguageModel model = load(golden.checkpoint());
        DecodeState state = model.newState(1, prompt.length + expected.length);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      Tensor logits = model.forward(embed(model, prompt), state, Logits.ALL);
      Trace.record("logits", () -> logits.view(prompt.length, model.vocabularySize()));
      golden.assertMatches(trace, "text.", "hidden_states.0");
      golden.assertClose("logits", trace.tensors().get("logits"));

      Tensor next = logits.narrow(1, prompt.length - 1, 1);
      int[] generated = new int[expected.length];
      for (int i = 0; i < generated.length; i++) {
        generated[i] = argmax(next.toFloats());
        if (i + 1 < generated.length) {
          next = model.step(new int[] {generated[i]}, state);
        }
      }
      assertArrayEquals(expected, generated);
    }
  }

  @Test
  void aPromptInPiecesAndAReorderedStateGiveTheSameLogits() {
    Golden golden = Golden.of("mistral/sliding").get(1);
    int[] prompt = golden.ints("input_ids");
    int[] head = Arrays.copyOf(prompt, 5);
    int[] tail = Arrays.copyOfRange(prompt, 5, prompt.length);
    try (LanguageModel model = load(golden.checkpoint());
        DecodeState whole = model.newState(1, 32);
        DecodeState pieces = model.newState(1, 16);
        TensorScope scope = TensorScope.open()) {
      float[] expected = model.forward(embed(model, prompt), whole, Logits.LAST).toFloats();
      model.forward(embed(model, head), pieces, Logits.LAST);
      try (DecodeState copies = pieces.select(new int[] {0, 0}, 32)) {
        Tensor rest = embed(model, tail).expand(2, tail.length, model.hiddenSize());
        float[] both = model.forward(rest, copies, Logits.LAST).toFloats();
        assertArrayEquals(expected, Arrays.copyOf(both, expected.length), 1e-4f);
        assertArrayEquals(expected, Arrays.copyOfRange(both, expected.length, both.length), 1e-4f);
        copies.truncate(5);
        float[] again = model.forward(rest, copies, Logits.LAST).toFloats();
        assertArrayEquals(both, again, 0f);
      }
    }
  }

  @Test
  void tokensAndContextsOutOfRangeAreErrors() {
    try (LanguageModel model = load(Golden.of("llama/gqa_tied").get(0).checkpoint())) {
      assertThrows(InvalidPromptException.class, () -> model.embed(-1));
      assertThrows(InvalidPromptException.class, () -> model.embed(model.vocabularySize()));
      assertThrows(
          InvalidPromptException.class, () -> model.newState(1, model.contextLength() + 1));
    }
  }

  private static Tensor embed(LanguageModel model, int[] ids) {
    return model.embed(ids).view(1, ids.length, model.hiddenSize());
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static LanguageModel load(Path folder) {
    JsonNode config = JsonNode.read(folder.resolve("config.json"));
    Weights weights =
        Weights.of(SafetensorsFile.open(folder.resolve("model.safetensors")), Placement.REFERENCE);
    LanguageModel model =
        LlamaFamily.of(config.getString("model_type")).orElseThrow().load(config, weights);
    weights.requireAllRead();
    return model;
  }
}
