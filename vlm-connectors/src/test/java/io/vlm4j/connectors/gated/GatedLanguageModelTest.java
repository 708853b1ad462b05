package io.vlm4j.connectors.gated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.LeakCheck;
import io.vlm4j.TinyModels;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.spi.LanguageModelView;
import io.vlm4j.spi.LayeredLanguageModel;
import io.vlm4j.spi.VisibleImages;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which token is changed by which image. */
@ExtendWith(LeakCheck.class)
class GatedLanguageModelTest {
  private static final int SIZE = TokenwiseModel.SIZE;
  private static final int IMAGE_SIZE = 6;
  private static final int LENGTH = 12;

  @TempDir private Path folder;

  /** Between tokens that do not know each other, an image reaches just those that see it. */
  @RepeatedTest(20)
  void anEarlierImageChangesNothingAfterALaterOne(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int first = random.nextInt(LENGTH - 2);
    int second = first + 1 + random.nextInt(LENGTH - first - 1);
    VisibleImages visible = new VisibleImages(Map.of(first, 0, second, 1));
    try (GatedLanguageModel model = model(false, false);
        TensorScope scope = TensorScope.open()) {
      Tensor image = image(random);
      Tensor other = image(random);
      Tensor later = image(random);
      float[] before = run(model, List.of(image, later), visible);
      float[] after = run(model, List.of(other, later), visible);
      assertArrayEquals(rows(before, 0, first), rows(after, 0, first));
      assertArrayEquals(rows(before, second, LENGTH), rows(after, second, LENGTH));
      for (int position = first; position < second; position++) {
        assertFalse(
            Arrays.equals(
                rows(before, position, position + 1), rows(after, position, position + 1)));
      }
    }
  }

  @Test
  void whereAllPreviousImagesAreSeenAnEarlierOneCounts() {
    VisibleImages visible = new VisibleImages(Map.of(2, 0, 6, 1));
    try (GatedLanguageModel model = model(true, false);
        TensorScope scope = TensorScope.open()) {
      Random random = new Random(1);
      Tensor later = image(random);
      float[] before = run(model, List.of(image(random), later), visible);
      float[] after = run(model, List.of(image(random), later), visible);
      assertArrayEquals(rows(before, 0, 2), rows(after, 0, 2));
      for (int position = 2; position < LENGTH; position++) {
        assertFalse(
            Arrays.equals(
                rows(before, position, position + 1), rows(after, position, position + 1)));
      }
    }
  }

  @Test
  void closedGatesLeaveTheModelWhatItWas() {
    try (GatedLanguageModel model = model(false, true);
        TensorScope scope = TensorScope.open()) {
      float[] plain = model.embed(ids()).toFloats();
      Tensor image = image(new Random(1));
      assertArrayEquals(plain, run(model, List.of(image), new VisibleImages(Map.of(0, 0))), 1e-6f);
    }
  }

  @Test
  void stepByStepAndInBeamsItIsTheSame() {
    VisibleImages visible = new VisibleImages(Map.of(1, 0, 5, 1, 9, VisibleImages.NONE));
    try (GatedLanguageModel model = model(false, false);
        TensorScope scope = TensorScope.open()) {
      Random random = new Random(2);
      LanguageModel seeing = model.attendingTo(List.of(image(random), image(random)), visible);
      float[] atOnce = run(seeing);
      try (DecodeState single = seeing.newState(1, LENGTH);
          DecodeState beams = single.select(new int[] {0, 0}, LENGTH)) {
        for (int i = 0; i < LENGTH; i++) {
          float[] row = rows(atOnce, i, i + 1);
          assertArrayEquals(row, seeing.step(new int[] {i}, single).toFloats(), 1e-5f);
          float[] both = seeing.step(new int[] {i, i}, beams).toFloats();
          assertArrayEquals(row, Arrays.copyOfRange(both, SIZE, 2 * SIZE), 1e-5f);
        }
      }
    }
  }

  @Test
  void imagesMayChangeDuringASequence() {
    try (GatedLanguageModel model = model(false, false);
        TensorScope scope = TensorScope.open()) {
      Random random = new Random(3);
      Tensor kept = image(random);
      Tensor first = image(random);
      Tensor second = image(random);
      VisibleImages visible = new VisibleImages(Map.of(0, 0, 4, 1));
      float[] expected = run(model, List.of(kept, second), visible);
      try (DecodeState state = model.newState(1, LENGTH)) {
        model.attend(state, List.of(kept, first), visible);
        model.forward(batch(model), state, Logits.ALL);
        state.truncate(4);
        model.attend(state, List.of(kept, second), visible);
        Tensor rest = model.embed(Arrays.copyOfRange(ids(), 4, LENGTH));
        float[] actual =
            model.forward(rest.view(1, LENGTH - 4L, SIZE), state, Logits.ALL).toFloats();
        assertArrayEquals(rows(expected, 4, LENGTH), actual, 1e-5f);
      }
    }
  }

  @Test
  void layersForMoreBlocksThanThereAreAreRefused() {
    Weights weights = weights(3, false);
    try (GatedLayers layers =
        new FlamingoLayers(IMAGE_SIZE, 2, 4, 1, false).load(weights, new ThreeBlocks())) {
      TokenwiseModel model = new TokenwiseModel();
      String message =
          assertThrows(InvalidModelException.class, () -> GatedLanguageModel.of(model, layers))
              .getMessage();
      assertEquals(
          "gated cross-attention stands before block 2, but the language model has 2", message);
    }
  }

  private GatedLanguageModel model(boolean allPrevious, boolean closedGates) {
    TokenwiseModel model = new TokenwiseModel();
    Weights weights = weights(TokenwiseModel.BLOCKS, closedGates);
    GatedLayers layers = new FlamingoLayers(IMAGE_SIZE, 2, 4, 1, allPrevious).load(weights, model);
    weights.requireAllRead();
    return GatedLanguageModel.of(model, layers);
  }

  private Weights weights(int blocks, boolean closedGates) {
    Path file =
        TinyModels.crossAttention(folder, SIZE, IMAGE_SIZE, blocks).resolve("model.safetensors");
    Path written = folder.resolve("gates.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsFile plain = SafetensorsFile.open(file);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : plain.names()) {
        Tensor tensor = plain.load(name);
        tensors.put(name, name.endsWith("_gate") && closedGates ? tensor.mul(0) : tensor);
      }
      SafetensorsWriter.write(written, tensors, Map.of());
    }
    return Weights.of(SafetensorsFile.open(written), Placement.REFERENCE);
  }

  private static float[] run(GatedLanguageModel model, List<Tensor> images, VisibleImages visible) {
    return run(model.attendingTo(images, visible));
  }

  private static float[] run(LanguageModel model) {
    try (TensorScope scope = TensorScope.open();
        DecodeState state = model.newState(1, LENGTH)) {
      return model.forward(batch(model), state, Logits.ALL).toFloats();
    }
  }

  private static Tensor batch(LanguageModel model) {
    return model.embed(ids()).view(1, LENGTH, SIZE);
  }

  private static int[] ids() {
    int[] ids = new int[LENGTH];
    Arrays.setAll(ids, i -> i);
    return ids;
  }

  private static Tensor image(Random random) {
    float[] values = new float[5 * IMAGE_SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, 5, IMAGE_SIZE);
  }

  private static float[] rows(float[] values, int from, int to) {
    return Arrays.copyOfRange(values, from * SIZE, to * SIZE);
  }

  /** Lets layers for three blocks load. */
  private static final class ThreeBlocks extends LanguageModelView implements LayeredLanguageModel {
    ThreeBlocks() {
      super(new TokenwiseModel());
    }

    @Override
    public int layerCount() {
      return 3;
    }

    @Override
    public Tensor forward(Tensor embeddings, DecodeState state, Logits logits) {
      throw new IllegalStateException("is only asked for its shape");
    }

    @Override
    public Tensor forward(Tensor embeddings, DecodeState state, Logits logits, LayerHook hook) {
      throw new IllegalStateException("is only asked for its shape");
    }
  }
}
