package io.vlm4j.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vlm4j.LeakCheck;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(LeakCheck.class)
class DecodersTest {

  static Stream<Golden> goldens() {
    return Stream.of(
            "llama/gqa_tied",
            "llama/llama3",
            "llama/mha_untied",
            "mistral/sliding",
            "qwen2/tied",
            "qwen2/untied",
            "opt/pre_norm",
            "opt/post_norm_proj",
            "gpt2/base",
            "mpt/odd_heads",
            "mpt/foundry",
            "mpt/mosaic_gpt",
            "gpt_neox/partial",
            "gpt_neox/tied_no_bias",
            "falcon/shared_norm",
            "falcon/grouped",
            "falcon/grouped_one_norm",
            "falcon/alibi")
        .flatMap(checkpoint -> Golden.of(checkpoint).stream());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void promptLogitsAndEveryGreedyStepEqualTheReference(Golden golden) {
    int[] prompt = golden.ints("input_ids");
    int[] expected = golden.ints("new_ids");
    try (LanguageModel model = TestModels.load(golden.checkpoint());
        DecodeState state = model.newState(1, prompt.length + expected.length);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      Tensor logits = model.forward(embed(model, prompt), state, Logits.ALL);
      Trace.record("logits", () -> logits.view(prompt.length, model.vocabularySize()));
      golden.assertMatches(trace, "text.", "hidden_states.0");
      golden.assertClose("logits", trace.tensors().get("logits"));

      Tensor next = logits.narrow(1, prompt.length - 1, 1);
      int[] generated = TestModels.greedy(model, next, state, expected.length);
      assertArrayEquals(expected, generated);
    }
  }

  private static Tensor embed(LanguageModel model, int[] ids) {
    return model.embed(ids).view(1, ids.length, model.hiddenSize());
  }
}
