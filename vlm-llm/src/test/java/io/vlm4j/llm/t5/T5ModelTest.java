package io.vlm4j.llm.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.LeakCheck;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.golden.Golden;
import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.EncoderDecoder;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class T5ModelTest {

  static Stream<Golden> goldens() {
    return Stream.of("t5/flan_gated_gelu", "t5/v1_0_relu")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void bothSidesAndEveryGreedyStepEqualTheReference(Golden golden) {
    int[] expected = golden.ints("new_ids");
    try (EncoderDecoder model = (EncoderDecoder) TestModels.load(golden.checkpoint());
        DecodeState greedy = model.newState(1, expected.length);
        DecodeState whole = model.newState(1, expected.length);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      Tensor prompt = embed(model, golden.ints("input_ids"));
      Tensor first = model.prompt(prompt, greedy);
      assertArrayEquals(expected, TestModels.greedy(model, first, greedy, expected.length));

      int[] answer = model.decoderInput(expected);
      assertArrayEquals(golden.ints("decoder_input_ids"), answer);
      model.encode(prompt, whole);
      Tensor logits = model.forward(embed(model, answer), whole, Logits.ALL);
      Trace.record("logits", () -> logits.view(answer.length, model.vocabularySize()));
      golden.assertMatches(
          trace, "", "encoder_hidden_states.0", "decoder_hidden_states.0", "logits");
    }
  }

  @Test
  void beamsShareTheEncodersOutput() {
    try (EncoderDecoder model = (EncoderDecoder) TestModels.load("t5/v1_0_relu");
        DecodeState state = model.newState(1, 4);
        TensorScope scope = TensorScope.open()) {
      model.prompt(embed(model, 5, 9, 3), state);
      try (DecodeState beams = state.select(new int[] {0, 0, 0}, 8)) {
        float[] one = model.step(new int[] {7}, state).toFloats();
        float[] three = model.step(new int[] {4, 7, 11}, beams).toFloats();
        assertArrayEquals(one, Arrays.copyOfRange(three, one.length, 2 * one.length), 1e-4f);
        try (DecodeState last = beams.select(new int[] {1}, 8)) {
          float[] expected = model.step(new int[] {2}, state).toFloats();
          assertArrayEquals(expected, model.step(new int[] {2}, last).toFloats(), 1e-4f);
        }
      }
    }
  }

  @Test
  void aSecondPromptIsRefused() {
    try (EncoderDecoder model = (EncoderDecoder) TestModels.load("t5/v1_0_relu");
        DecodeState state = model.newState(1, 4);
        TensorScope scope = TensorScope.open()) {
      Tensor prompt = embed(model, 5, 9, 3);
      model.prompt(prompt, state);
      assertThrows(InvalidPromptException.class, () -> model.encode(prompt, state));
    }
  }

  @Test
  void impossibleShapesAreRefused() {
    for (String wrong :
        new String[] {"{\"d_model\": 0}", "{\"relative_attention_num_buckets\": 6}"}) {
      JsonNode json = JsonNode.parse(wrong, "config.json");
      assertThrows(InvalidModelException.class, () -> T5Config.of(json));
    }
  }

  private static Tensor embed(EncoderDecoder model, int... ids) {
    return model.embed(ids).view(1, ids.length, model.hiddenSize());
  }
}
