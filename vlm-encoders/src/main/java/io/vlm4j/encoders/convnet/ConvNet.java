package io.vlm4j.encoders.convnet;

import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.spi.StagedVisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A convolutional encoder: stem, stages, end. Its features are the places of the last feature map,
 * row by row. Stages differ in grid and width, so there is one layer to choose, the last hidden
 * state, which is both number 0 and number -1.
 */
public final class ConvNet implements PooledVisionEncoder, StagedVisionEncoder {
  private final Parts parts;
  private final TensorScope parameters;

  private ConvNet(Parts parts, TensorScope parameters) {
    this.parts = parts;
    this.parameters = parameters;
  }

  /**
   * What an encoder consists of.
   *
   * @param hiddenSize width D of the last feature map
   * @param imageSize side of the training images in pixels
   * @param names what the reference calls the tensors on the way
   * @param stem pixel values [B, 3, H, W] to the first feature map
   * @param stages feature map to feature map
   * @param stageWidths width of each stage
   * @param ending the last stage's feature map to [B, D, rows, columns]
   * @param pooling tokens [B, T, D] to one vector [B, P]
   */
  public record Parts(
      int hiddenSize,
      int imageSize,
      TraceNames names,
      Step stem,
      List<Step> stages,
      List<Integer> stageWidths,
      Step ending,
      Step pooling) {
    /** Copies the list. */
    public Parts {
      stages = List.copyOf(stages);
      stageWidths = List.copyOf(stageWidths);
    }
  }

  /** Loads an encoder's parts, which belong to it from then on. */
  public static ConvNet load(Supplier<Parts> parts) {
    return TensorScope.owning(parameters -> new ConvNet(parts.get(), parameters));
  }

  @Override
  public int hiddenSize() {
    return parts.hiddenSize();
  }

  @Override
  public int layerCount() {
    return 0;
  }

  @Override
  public int imageSize() {
    return parts.imageSize();
  }

  @Override
  public ImageFeatures encode(Tensor pixelValues, FeatureSelection selection) {
    int copies = Math.max(1, selection.resolve(layerCount()).length);
    try (TensorScope scope = TensorScope.open()) {
      Tensor map = featureMap(pixelValues);
      int rows = map.size(2);
      int columns = map.size(3);
      Tensor tokens =
          map.view(map.size(0), parts.hiddenSize(), (long) rows * columns).transpose(1, 2);
      Tensor[] layers = new Tensor[copies];
      Arrays.fill(layers, tokens);
      return new ImageFeatures(scope.keep(Tensor.cat(2, layers)), 0, rows, columns);
    }
  }

  @Override
  public Tensor pool(ImageFeatures features) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor pooled = scope.keep(parts.pooling().forward(features.hiddenStates()));
      Trace.record(
          "vision_pooled",
          () ->
              parts.names().pooledMap()
                  ? pooled.view(pooled.size(0), pooled.size(1), 1, 1)
                  : pooled);
      return pooled;
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  private Tensor featureMap(Tensor pixelValues) {
    List<Tensor> maps = stages(pixelValues);
    return recorded("vision_last_hidden_state", parts.ending().forward(maps.get(maps.size() - 1)));
  }

  @Override
  public List<Integer> stageWidths() {
    return parts.stageWidths();
  }

  @Override
  public List<Tensor> stages(Tensor pixelValues) {
    List<Tensor> maps = new ArrayList<>();
    Tensor hidden = recorded(parts.names().stem(), parts.stem().forward(pixelValues));
    for (int i = 0; i < parts.stages().size(); i++) {
      hidden = recorded(parts.names().stage(i), parts.stages().get(i).forward(hidden));
      maps.add(hidden);
    }
    return maps;
  }

  private static Tensor recorded(String name, Tensor tensor) {
    Trace.record(name, () -> tensor);
    return tensor;
  }
}
