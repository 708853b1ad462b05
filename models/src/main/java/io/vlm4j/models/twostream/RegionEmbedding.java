package io.vlm4j.models.twostream;

import io.vlm4j.nn.Embedding;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * VL-T5's visual embedding: what a region shows, where it is, which image it is of and which region
 * it is, each embedded, are summed.
 */
final class RegionEmbedding {
  private static final int EDGES = 4;

  private final LanguageModel words;
  private final Device device;
  private final UnaryOperator<Tensor> features;
  private final UnaryOperator<Tensor> locations;
  private final Optional<Embedding> imageOrder;
  private final UnaryOperator<Tensor> norm;

  /**
   * Reads {@code features}, {@code boxes}, {@code image_order} and {@code norm}.
   *
   * @param words the last of whose embeddings, from the end on, number the regions
   */
  RegionEmbedding(VlT5Config config, LanguageModel words, Weights weights) {
    boolean each = config.normalised() && config.apart();
    this.words = words;
    this.device = weights.placement().device();
    this.features = layer(config, weights, "features", config.featureSize(), each);
    this.locations = layer(config, weights, "boxes", EDGES + 1, each);
    this.imageOrder =
        config.ordered() ? Optional.of(imageOrder(config, weights)) : Optional.empty();
    this.norm =
        config.normalised() && !config.apart()
            ? norm(config, weights.at("norm"))::forward
            : UnaryOperator.identity();
  }

  private static UnaryOperator<Tensor> layer(
      VlT5Config config, Weights weights, String name, int inputSize, boolean normalised) {
    Linear linear = Heads.linear(weights.at(name), inputSize, config.hiddenSize());
    if (!normalised) {
      return linear::forward;
    }
    Norm after = norm(config, weights.at(name + "_norm"));
    return x -> after.forward(linear.forward(x));
  }

  private static Norm norm(VlT5Config config, Weights weights) {
    return Norm.rmsNorm(weights, config.hiddenSize(), config.epsilon());
  }

  private static Embedding imageOrder(VlT5Config config, Weights weights) {
    Weights order = weights.at("image_order");
    return Embedding.load(order, Heads.classes(order, "weight"), config.hiddenSize());
  }

  /**
   * Embeds the regions of one image.
   *
   * @return float32 [1, N, D]
   */
  Tensor forward(RegionInputs inputs) {
    try (TensorScope scope = TensorScope.open()) {
      int count = inputs.count();
      Tensor sum =
          features
              .apply(inputs.features().to(device))
              .add(locations.apply(withArea(RegionInputs.locations(inputs, EDGES)).to(device)));
      if (imageOrder.isPresent()) {
        int last = words.vocabularySize() - 1;
        int[] numbers = IntStream.range(0, count).map(i -> last - i).toArray();
        sum = sum.add(imageOrder.get().forward(0)).add(words.embed(numbers));
      }
      Tensor embedded = norm.apply(sum);
      Trace.record("visual_embedding", () -> embedded.view(count, -1));
      return scope.keep(embedded);
    }
  }

  /**
   * The edges and a fifth number. The reference takes it for the area, but reads the edges in
   * another order (x1, x2, y1, y2) than it writes them (x1, y1, x2, y2), and was trained so.
   */
  private static Tensor withArea(Tensor edges) {
    float[] e = edges.toFloats();
    float[] areas = new float[edges.size(1)];
    for (int i = 0; i < areas.length; i++) {
      int at = EDGES * i;
      areas[i] = (e[at + 3] - e[at + 2]) * (e[at + 1] - e[at]);
    }
    return Tensor.cat(
        2, Tensor.of(e, 1, areas.length, EDGES), Tensor.of(areas, 1, areas.length, 1));
  }
}
