package io.vlm4j.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.LeakCheck;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every language model must do. */
@ExtendWith(LeakCheck.class)
public abstract class LanguageModelContract {
  private static final int[] PROMPT = {5, 9, 3, 7, 11, 2, 8, 4, 6, 10};
  private static final float TOLERANCE = 1e-4f;

  /** A new model of a small size, with at least 16 tokens and 32 positions. */
  protected abstract LanguageModel model();

  @Test
  void aPromptInPiecesGivesTheSameLogits() {
    try (LanguageModel model = model();
        DecodeState whole = model.newState(1, 32);
        DecodeState pieces = model.newState(1, 32);
        TensorScope scope = TensorScope.open()) {
      float[] expected = forward(model, whole, PROMPT);
      forward(model, pieces, Arrays.copyOf(PROMPT, 4));
      assertEquals(4, pieces.length());
      float[] actual = forward(model, pieces, Arrays.copyOfRange(PROMPT, 4, PROMPT.length));
      assertArrayEquals(expected, actual, TOLERANCE);
      assertEquals(PROMPT.length, pieces.length());
    }
  }

  @Test
  void oneTokenAtATimeGivesTheLogitsOfAllPositions() {
    try (LanguageModel model = model();
        DecodeState whole = model.newState(1, 32);
        DecodeState single = model.newState(1, 32);
        TensorScope scope = TensorScope.open()) {
      Tensor all = model.forward(embed(model, PROMPT), whole, Logits.ALL);
      assertArrayEquals(new long[] {1, PROMPT.length, model.vocabularySize()}, all.shape());
      for (int i = 0; i < PROMPT.length; i++) {
        float[] step = model.step(new int[] {PROMPT[i]}, single).toFloats();
        assertArrayEquals(all.narrow(1, i, 1).toFloats(), step, TOLERANCE);
      }
    }
  }

  @Test
  void copiedAndTruncatedStatesGoOnAlike() {
    try (LanguageModel model = model();
        DecodeState state = model.newState(1, 16);
        TensorScope scope = TensorScope.open()) {
      forward(model, state, PROMPT);
      try (DecodeState copies = state.select(new int[] {0, 0}, 32)) {
        float[] expected = model.step(new int[] {1}, state).toFloats();
        float[] both = model.step(new int[] {1, 3}, copies).toFloats();
        assertArrayEquals(expected, Arrays.copyOf(both, expected.length), TOLERANCE);
        copies.truncate(PROMPT.length);
        assertArrayEquals(both, model.step(new int[] {1, 3}, copies).toFloats(), 0f);
      }
    }
  }

  /** A model that cannot join its sequences says so; that is in its contract too. */
  @Test
  void sequencesOfDifferentLengthsGoOnTogetherAsTheyDoAlone() {
    int[] shorter = Arrays.copyOf(PROMPT, 3);
    try (LanguageModel model = model();
        DecodeState first = model.newState(1, 32);
        DecodeState second = model.newState(1, 32);
        TensorScope scope = TensorScope.open()) {
      forward(model, first, PROMPT);
      forward(model, second, shorter);
      Optional<DecodeState> joined = model.join(List.of(first, second), 8);
      if (joined.isEmpty()) {
        return;
      }
      try (DecodeState both = joined.get()) {
        int size = model.vocabularySize();
        for (int token = 1; token < 4; token++) {
          float[] together = model.step(new int[] {token, token + 2}, both).toFloats();
          float[] one = model.step(new int[] {token}, first).toFloats();
          float[] other = model.step(new int[] {token + 2}, second).toFloats();
          assertArrayEquals(one, Arrays.copyOf(together, size), TOLERANCE);
          assertArrayEquals(other, Arrays.copyOfRange(together, size, 2 * size), TOLERANCE);
        }
        try (DecodeState rest = both.select(new int[] {1}, 32)) {
          assertArrayEquals(
              model.step(new int[] {2}, second).toFloats(),
              model.step(new int[] {2}, rest).toFloats(),
              TOLERANCE);
        }
      }
    }
  }

  @Test
  void tokensAndContextsOutOfRangeAreErrors() {
    try (LanguageModel model = model();
        TensorScope scope = TensorScope.open()) {
      assertThrows(InvalidPromptException.class, () -> model.embed(-1));
      assertThrows(InvalidPromptException.class, () -> model.embed(Integer.MAX_VALUE));
      assertThrows(
          InvalidPromptException.class, () -> model.newState(1, model.contextLength() + 1));
    }
  }

  private static float[] forward(LanguageModel model, DecodeState state, int... ids) {
    return model.forward(embed(model, ids), state, Logits.LAST).toFloats();
  }

  private static Tensor embed(LanguageModel model, int... ids) {
    return model.embed(ids).view(1, ids.length, model.hiddenSize());
  }
}
