package io.vlm4j.llm;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.ServiceLoader;

/** Opens the language models of {@code testdata} by their {@code model_type}, as users do. */
public final class TestModels {
  private TestModels() {}

  /** A model of {@code testdata} in float32. */
  public static LanguageModel load(String checkpoint) {
    return load(TestData.path(checkpoint));
  }

  /** A model of a folder in float32. */
  public static LanguageModel load(Path folder) {
    return load(JsonNode.read(folder.resolve("config.json")), folder.resolve("model.safetensors"));
  }

  /** The model that a configuration makes of weights. */
  public static LanguageModel load(JsonNode config, Path file) {
    Weights weights = Weights.of(SafetensorsFile.open(file), Placement.REFERENCE);
    LanguageModel model =
        ServiceLoader.load(LanguageModelProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.modelTypes().contains(config.getString("model_type")))
            .findFirst()
            .orElseThrow()
            .load(config, weights);
    weights.requireAllRead();
    return model;
  }

  /** The likeliest tokens, one after the other. */
  public static int[] greedy(
      LanguageModel model, Tensor firstLogits, DecodeState state, int count) {
    int[] tokens = new int[count];
    Tensor next = firstLogits;
    for (int i = 0; i < count; i++) {
      tokens[i] = argmax(next.toFloats());
      if (i + 1 < count) {
        next = model.step(new int[] {tokens[i]}, state);
      }
    }
    return tokens;
  }

  private static int argmax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
