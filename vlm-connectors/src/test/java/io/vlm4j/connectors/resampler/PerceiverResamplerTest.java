package io.vlm4j.connectors.resampler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerceiverResamplerTest extends ConnectorContract {
  private static final int SIZE = 6;

  @TempDir private Path folder;

  @Override
  protected Connector connector() {
    return resampler(0, 0);
  }

  @Override
  protected int expectedTokens() {
    return 3;
  }

  @Test
  void aVideoBecomesAsManyTokensAsAnImage() {
    try (PerceiverResampler resampler = resampler(4, 0);
        TensorScope scope = TensorScope.open()) {
      Tensor video = resampler.connectFrames(random(1, 4, 5, SIZE), 0);
      assertArrayEquals(new long[] {1, 3, SIZE}, video.shape());
    }
  }

  @Test
  void theOrderOfFramesIsKnownByTheTimeEmbeddingsAlone() {
    for (int frames : new int[] {0, 2}) {
      try (PerceiverResampler resampler = resampler(frames, 0);
          TensorScope scope = TensorScope.open()) {
        Tensor video = random(1, 2, 5, SIZE);
        Tensor turned = Tensor.cat(1, video.narrow(1, 1, 1), video.narrow(1, 0, 1));
        float[] forwards = resampler.connectFrames(video, 0).toFloats();
        float[] backwards = resampler.connectFrames(turned, 0).toFloats();
        assertTrue((frames == 0) == closeTo(forwards, backwards), "frames " + frames);
      }
    }
  }

  @Test
  void thePlaceInThePromptCountsWhereItHasEmbeddings() {
    try (PerceiverResampler placed = resampler(0, 2);
        PerceiverResampler unplaced = resampler(0, 0);
        TensorScope scope = TensorScope.open()) {
      assertTrue(placed.orderMatters());
      assertFalse(unplaced.orderMatters());
      Tensor image = random(1, 1, 5, SIZE);
      float[] first = placed.connectFrames(image, 0).toFloats();
      assertFalse(closeTo(first, placed.connectFrames(image, 1).toFloats()));
      Tensor twice = Tensor.cat(0, image, image);
      float[] both = placed.connectFrames(twice, 0).toFloats();
      assertArrayEquals(first, Arrays.copyOf(both, first.length), 1e-5f);
    }
  }

  @Test
  void moreFramesOrMediaThanEmbeddingsAreRefused() {
    try (PerceiverResampler resampler = resampler(2, 1);
        TensorScope scope = TensorScope.open()) {
      Tensor frames = random(1, 3, 5, SIZE);
      String message =
          assertThrows(InvalidPromptException.class, () -> resampler.connectFrames(frames, 0))
              .getMessage();
      assertTrue(message.contains("3 frames") && message.contains("at most 2"), message);
      Tensor media = random(1, 1, 5, SIZE);
      assertThrows(InvalidPromptException.class, () -> resampler.connectFrames(media, 1));
    }
  }

  @Test
  void impossibleShapesAreRefused() {
    JsonNode json = JsonNode.parse("{\"input_size\": 6, \"depth\": 0}", "config.json");
    assertThrows(InvalidModelException.class, () -> ResamplerConfig.of(json));
  }

  private PerceiverResampler resampler(int frames, int media) {
    Path file = TinyModels.resampler(folder, SIZE).resolve("model.safetensors");
    Path extended = folder.resolve(frames + "-" + media + ".safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsFile plain = SafetensorsFile.open(file);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      plain.names().forEach(name -> tensors.put(name, plain.load(name)));
      if (frames > 0) {
        tensors.put("frame_embs", random(frames, SIZE));
      }
      if (media > 0) {
        tensors.put("media_time_embs", random(media, 1, SIZE));
      }
      SafetensorsWriter.write(extended, tensors, Map.of());
    }
    Weights weights = Weights.of(SafetensorsFile.open(extended), Placement.REFERENCE);
    PerceiverResampler resampler =
        PerceiverResampler.load(
            new ResamplerConfig(
                SIZE, 3, 1, 2, 4, 2 * SIZE, Activation.GELU, false, frames, media, 0),
            weights);
    weights.requireAllRead();
    return resampler;
  }

  private static Tensor random(long... shape) {
    Random random = new Random(5);
    float[] values = new float[(int) Tensor.elements(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, shape);
  }

  private static boolean closeTo(float[] a, float[] b) {
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      worst = Math.max(worst, Math.abs(a[i] - b[i]));
    }
    return worst < 1e-4;
  }
}
