package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients against those of PyTorch, where each caption is a sequence of its own. */
@ExtendWith(LeakCheck.class)
class GradientTest {
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "qformer", "resampler", "xattn"})
  void gradientsAreThoseOfPyTorch(String connector) {
    Goldens goldens = new Goldens(connector);
    try (TensorScope scope = TensorScope.open();
        Trainee trainee = open(goldens);
        Parameters parameters = Parameters.of(trainee.start())) {
      Gradients.requireClose(
          goldens.losses()[0],
          goldens.below("gradient/"),
          parameters,
          pass(trainee, parameters, goldens));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "qformer", "resampler", "xattn"})
  void twentyStepsGiveTheLossesOfPyTorch(String connector) {
    Goldens goldens = new Goldens(connector);
    List<Double> losses = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        Trainee trainee = open(goldens);
        Parameters parameters = Parameters.of(trainee.start());
        AdamW optimizer = AdamW.of(parameters, 0.05)) {
      for (int step = 1; step <= goldens.losses().length; step++) {
        Pass.Result result = pass(trainee, parameters, goldens);
        losses.add(result.loss());
        Pass.clip(result.gradients(), 1);
        optimizer.step(result.gradients(), name -> 0.01, step);
      }
      Gradients.requireLosses(goldens.losses(), losses);
    }
  }

  @Test
  void thePromptIsTheTokenizersOwn() {
    try (Trainee trainee = open(new Goldens("mlp"))) {
      CaptionPrompt prompt = prompt(trainee);
      assertArrayEquals(Goldens.ids("before"), prompt.before());
      assertArrayEquals(Goldens.ids("after"), prompt.after());
    }
  }

  private static Trainee open(Goldens goldens) {
    return Trainee.open(goldens.parts(), new LanguageTuning.None(), 0);
  }

  private static CaptionPrompt prompt(Trainee trainee) {
    return CaptionPrompt.of(trainee.parts().prompt(), trainee.language().tokenizer());
  }

  private static Pass.Result pass(Trainee trainee, Parameters parameters, Goldens goldens) {
    List<List<int[]>> captions = goldens.captions();
    return Pass.run(
        () ->
            trainee.predict(
                parameters,
                Optional.of(goldens.features()),
                length -> CaptionBatch.of(prompt(trainee), length, captions, trainee.endToken())),
        parameters,
        CaptionBatch.count(captions));
  }
}
