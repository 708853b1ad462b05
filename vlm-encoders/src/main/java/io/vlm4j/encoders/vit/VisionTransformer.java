package io.vlm4j.encoders.vit;

import io.vlm4j.nn.Norm;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.tensor.ParallelLoading;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.tensor.Workload;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A vision transformer: embeddings, blocks, norm. */
public final class VisionTransformer implements PooledVisionEncoder {
  private final VitConfig config;
  private final TensorScope parameters;
  private final VitEmbeddings embeddings;
  private final Norm preNorm;
  private final List<VitBlock> blocks;
  private final Norm finalNorm;
  private final VitPooler pooler;

  private VisionTransformer(
      VitConfig config, Weights weights, VitPooler.Factory pooling, TensorScope parameters) {
    this.config = config;
    this.parameters = parameters;
    this.embeddings = new VitEmbeddings(config, weights.at("embeddings"), parameters);
    this.preNorm = config.preNorm() ? norm(config, weights.at("pre_norm")) : null;
    this.blocks =
        ParallelLoading.layers(config.layers(), i -> new VitBlock(config, weights.at("layers", i)));
    this.finalNorm = config.finalNorm() ? norm(config, weights.at("norm")) : null;
    this.pooler = pooling.load(config, weights);
  }

  static VisionTransformer load(VitConfig config, Weights weights, VitPooler.Factory pooling) {
    Weights encoding = weights.forWorkload(Workload.ENCODING);
    return TensorScope.owning(
        parameters -> new VisionTransformer(config, encoding, pooling, parameters));
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int layerCount() {
    return config.layers();
  }

  @Override
  public int imageSize() {
    return config.imageSize();
  }

  /** The shape of this encoder. */
  public VitConfig config() {
    return config;
  }

  @Override
  public ImageFeatures encode(Tensor pixelValues, FeatureSelection selection) {
    int[] wanted = selection.resolve(config.layers());
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> states = hiddenStates(pixelValues, lastNeeded(wanted));
      Tensor features =
          wanted.length == 0
              ? lastHiddenState(states)
              : Tensor.cat(2, Arrays.stream(wanted).mapToObj(states::get).toArray(Tensor[]::new));
      ImageFeatures all =
          new ImageFeatures(
              features,
              config.prefixTokens(),
              embeddings.rows(pixelValues),
              embeddings.columns(pixelValues));
      ImageFeatures selected = selection.prefixTokens() ? all : all.patches();
      scope.keep(selected.hiddenStates());
      return selected;
    }
  }

  @Override
  public Tensor pool(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor pooled = scope.keep(pooler.pool(features.hiddenStates()));
      Trace.record("vision_pooled", () -> pooled);
      return pooled;
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** Hidden states 0 to {@code last}: after the embeddings, then after each block. */
  private List<Tensor> hiddenStates(Tensor pixelValues, int last) {
    List<Tensor> states = new ArrayList<>();
    Tensor hidden = embeddings.forward(pixelValues);
    if (preNorm != null) {
      hidden = preNorm.forward(hidden);
    }
    states.add(hidden);
    for (VitBlock block : blocks.subList(0, last)) {
      hidden = block.forward(hidden);
      states.add(hidden);
    }
    if (Trace.isOn()) {
      for (int i = 0; i < states.size(); i++) {
        Tensor state = states.get(i);
        Trace.record("vision.hidden_states." + i, () -> state);
      }
      if (last == config.layers()) {
        lastHiddenState(states);
      }
    }
    return states;
  }

  private Tensor lastHiddenState(List<Tensor> states) {
    Tensor hidden = states.get(states.size() - 1);
    Tensor last = finalNorm == null ? hidden : finalNorm.forward(hidden);
    Trace.record("vision_last_hidden_state", () -> last);
    return last;
  }

  /** Blocks beyond the last layer that is wanted need not run, unless a trace shows them. */
  private int lastNeeded(int[] wanted) {
    return wanted.length == 0 || Trace.isOn()
        ? config.layers()
        : Arrays.stream(wanted).max().getAsInt();
  }

  private static Norm norm(VitConfig config, Weights weights) {
    return Norm.layerNorm(weights, config.hiddenSize(), config.epsilon());
  }
}
