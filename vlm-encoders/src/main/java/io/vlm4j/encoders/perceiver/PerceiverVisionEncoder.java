package io.vlm4j.encoders.perceiver;

import io.vlm4j.nn.perceiver.PerceiverConfig;
import io.vlm4j.nn.perceiver.PerceiverDecoder;
import io.vlm4j.nn.perceiver.PerceiverEncoder;
import io.vlm4j.nn.perceiver.PerceiverNames;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A Perceiver that looks at images. Its features are the latents, in one row: they have no place in
 * the image. The pooled feature is what the decoder's query for the class sees in them.
 */
public final class PerceiverVisionEncoder implements PooledVisionEncoder {
  private final PerceiverConfig config;
  private final TensorScope parameters;
  private final ImagePreprocessor preprocessor;
  private final PerceiverEncoder encoder;
  private final PerceiverDecoder decoder;

  private PerceiverVisionEncoder(
      PerceiverConfig config,
      Weights weights,
      ImagePreprocessor preprocessor,
      TensorScope parameters) {
    this.config = config;
    this.parameters = parameters;
    this.preprocessor = preprocessor;
    this.encoder = PerceiverEncoder.load(config, preprocessor.size(), weights.at("encoder"));
    this.decoder = PerceiverDecoder.ofClass(config, weights.at("decoder"));
  }

  /** Reads an encoder from weights under the hub's names. */
  static PerceiverVisionEncoder load(
      PerceiverConfig config,
      Weights weights,
      BiFunction<PerceiverConfig, Weights, ImagePreprocessor> preprocessor) {
    Weights named = weights.mapped(PerceiverNames.HUB);
    return TensorScope.owning(
        parameters ->
            new PerceiverVisionEncoder(
                config, named, preprocessor.apply(config, named), parameters));
  }

  @Override
  public int hiddenSize() {
    return config.latentSize();
  }

  @Override
  public int layerCount() {
    return config.layerCount();
  }

  @Override
  public int imageSize() {
    return preprocessor.imageSize();
  }

  /**
   * Encodes images; layer 0 is what the latents have seen in the image, layer i follows the i-th
   * self-attention.
   */
  @Override
  public ImageFeatures encode(Tensor pixelValues, FeatureSelection selection) {
    int[] wanted = selection.resolve(layerCount());
    int last = Arrays.stream(wanted).max().orElse(layerCount());
    try (TensorScope scope = TensorScope.open()) {
      Tensor inputs = preprocessor.forward(pixelValues);
      List<Tensor> states = encoder.hiddenStates(inputs, last);
      Tensor features =
          wanted.length == 0
              ? states.get(last)
              : Tensor.cat(2, Arrays.stream(wanted).mapToObj(states::get).toArray(Tensor[]::new));
      return new ImageFeatures(scope.keep(features), 0, 1, config.latents());
    }
  }

  @Override
  public Tensor pool(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latents = features.hiddenStates();
      Tensor seen = decoder.forward(latents);
      return scope.keep(seen.view(latents.size(0), hiddenSize()));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }
}
