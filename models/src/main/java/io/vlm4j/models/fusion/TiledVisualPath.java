package io.vlm4j.models.fusion;

import io.vlm4j.error.InvalidModelException;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.prompt.Media;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Preprocessing, encoder, connector, and the packing of an image's tiles to one sequence.
 *
 * <p>Most systems have one tile an image; those for high resolutions cut it into several.
 */
public final class TiledVisualPath implements VisualPath {

  private final ImageProcessor processor;
  private final VisionEncoder encoder;
  private final FeatureSelection selection;
  private final Connector connector;
  private final Packing packing;
  private final Device device;
  private final Consumer<List<ProcessedImage>> recorder;

  /**
   * Joins the boxes.
   *
   * @param recorder records the preprocessed images as the reference's processor returns them
   * @throws InvalidModelException if the connector does not take the encoder's features
   */
  public TiledVisualPath(
      ImageProcessor processor,
      VisionEncoder encoder,
      FeatureSelection selection,
      Connector connector,
      Packing packing,
      Device device,
      Consumer<List<ProcessedImage>> recorder) {
    requireMatch(encoder, selection, connector);
    this.processor = processor;
    this.encoder = encoder;
    this.selection = selection;
    this.connector = connector;
    this.packing = packing;
    this.device = device;
    this.recorder = recorder;
  }

  @Override
  public int outputSize() {
    return connector.outputSize();
  }

  @Override
  public List<ImageEmbeddings> embed(List<Media> media, String text) {
    if (media.isEmpty()) {
      return List.of();
    }
    List<ProcessedImage> processed =
        media.stream().map(one -> processor.process(one.image())).toList();
    recorder.accept(processed);
    try (TensorScope scope = TensorScope.open()) {
      Tensor embeddings = PixelBatch.inPasses(PixelBatch.of(processed, device), this::connect);
      List<ImageEmbeddings> result = new ArrayList<>();
      int tile = 0;
      for (ProcessedImage image : processed) {
        Tensor tiles = embeddings.narrow(0, tile, image.tiles());
        result.add(new ImageEmbeddings(scope.keep(packing.pack(tiles, image)), image));
        tile += image.tiles();
      }
      return result;
    }
  }

  @Override
  public void close() {
    encoder.close();
    connector.close();
  }

  /** Tiles [B, 3, H, W] to embeddings [B, N, D]. */
  private Tensor connect(Tensor pixelValues) {
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures features = encoder.encode(pixelValues, selection);
      Trace.record("connector_input", features::hiddenStates);
      Tensor embeddings = scope.keep(connector.connect(features));
      Trace.record("connector_output", () -> embeddings);
      return embeddings;
    }
  }

  /**
   * Checks that a connector takes an encoder's features.
   *
   * @throws InvalidModelException if it does not
   */
  static void requireMatch(VisionEncoder encoder, FeatureSelection selection, Connector connector) {
    selection.resolve(encoder.layerCount());
    int width = encoder.hiddenSize() * selection.widthFactor();
    if (connector.inputSize() != width) {
      throw new InvalidModelException(
          "the encoder gives features of width "
              + width
              + " but the connector takes "
              + connector.inputSize()
              + "; choose parts whose widths match");
    }
  }

  /** Makes one sequence [N, D] of an image's tiles [tiles, n, D]. */
  public interface Packing {
    /** Packs. */
    Tensor pack(Tensor tiles, ProcessedImage image);

    /** One tile after the other. */
    static Tensor inOrder(Tensor tiles, ProcessedImage image) {
      return tiles.view((long) tiles.size(0) * tiles.size(1), tiles.size(2));
    }
  }

  /** Records {@code pixel_values} of images of one tile each, [images, 3, H, W]. */
  public static void recordImages(List<ProcessedImage> images) {
    Trace.record("pixel_values", () -> PixelBatch.of(images, Device.CPU));
  }
}
