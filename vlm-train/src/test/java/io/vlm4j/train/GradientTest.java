package io.vlm4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.LeakCheck;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and gradients against those of PyTorch, where each caption is a sequence of its own. */
@ExtendWith(LeakCheck.class)
class GradientTest {
  private static final double TOLERANCE = 1e-4;
  private static final double SMALL = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "qformer", "resampler", "xattn"})
  void gradientsAreThoseOfPyTorch(String connector) {
    Goldens goldens = new Goldens(connector);
    try (TensorScope scope = TensorScope.open();
        Trainee trainee = Trainee.open(goldens.parts());
        Parameters parameters = Parameters.of(trainee.start().weights())) {
      Pass.Result result =
          Pass.run(trainee, parameters, goldens.features(), goldens.captions(), tokens(goldens));
      assertEquals(goldens.losses()[0], result.loss(), TOLERANCE * goldens.losses()[0]);
      Map<String, Tensor> expected = goldens.below("gradient/");
      List<String> names = List.copyOf(parameters.byName().keySet());
      assertEquals(List.copyOf(expected.keySet()), names);
      for (int i = 0; i < names.size(); i++) {
        requireClose(names.get(i), expected.get(names.get(i)), result.gradients().get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "qformer", "resampler", "xattn"})
  void twentyStepsGiveTheLossesOfPyTorch(String connector) {
    Goldens goldens = new Goldens(connector);
    List<Double> losses = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        Trainee trainee = Trainee.open(goldens.parts());
        Parameters parameters = Parameters.of(trainee.start().weights());
        AdamW optimizer = AdamW.of(parameters, 0.05)) {
      for (int step = 1; step <= goldens.losses().length; step++) {
        Pass.Result result =
            Pass.run(trainee, parameters, goldens.features(), goldens.captions(), tokens(goldens));
        losses.add(result.loss());
        Pass.clip(result.gradients(), 1);
        optimizer.step(result.gradients(), 0.01, step);
      }
      for (int i = 0; i < losses.size(); i++) {
        // Rounding differs, and Adam's first steps are signs of gradients, however small these are.
        assertEquals(goldens.losses()[i], losses.get(i), 2e-3 * goldens.losses()[i], "step " + i);
      }
    }
  }

  @Test
  void thePromptIsTheTokenizersOwn() {
    try (Trainee trainee = Trainee.open(new Goldens("mlp").parts())) {
      assertArrayEquals(Goldens.ids("before"), trainee.prompt().before());
      assertArrayEquals(Goldens.ids("after"), trainee.prompt().after());
    }
  }

  private static long tokens(Goldens goldens) {
    return goldens.captions().stream().flatMap(List::stream).mapToLong(c -> c.length + 1L).sum();
  }

  /**
   * Relative to the largest number of the tensor. A key's bias changes no softmax, so its gradient
   * is rounding alone.
   */
  private static void requireClose(String name, Tensor expected, Tensor actual) {
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    assertArrayEquals(expected.shape(), actual.shape(), name);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < wanted.length; i++) {
      largest = Math.max(largest, Math.abs(wanted[i]));
      worst = Math.max(worst, Math.abs(wanted[i] - found[i]));
    }
    String message = name + ": error " + worst + ", largest gradient " + largest;
    assertTrue(worst <= TOLERANCE * Math.max(largest, SMALL), message);
  }
}
