package io.vlm4j.models.assembled;

import io.vlm4j.JointEmbedder;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.fusion.ImageEmbeddings;
import io.vlm4j.models.fusion.VisualPath;
import io.vlm4j.prompt.Media;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.List;
import java.util.stream.IntStream;

/**
 * From images and sounds to one vector each: their place in the space that binds them, and a
 * connector, which need not be trained on more than one kind.
 *
 * @see <a href="https://arxiv.org/abs/2305.16355">PandaGPT: one model to instruction-follow them
 *     all</a>
 */
final class BoundMediaPath implements VisualPath {
  private final JointEmbedder embedder;
  private final Connector connector;
  private final Device device;

  /**
   * Joins the boxes.
   *
   * @param device where the connector computes
   * @throws InvalidModelException if the connector does not take the embedder's vectors
   */
  BoundMediaPath(JointEmbedder embedder, Connector connector, Device device) {
    if (connector.inputSize() != embedder.spaceSize()) {
      throw new InvalidModelException(
          "the encoder gives embeddings of width "
              + embedder.spaceSize()
              + " but the connector takes "
              + connector.inputSize()
              + "; choose parts whose widths match");
    }
    this.embedder = embedder;
    this.connector = connector;
    this.device = device;
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
    try (TensorScope scope = TensorScope.open()) {
      Tensor[] features =
          embedder.features(media).stream()
              .map(vector -> Tensor.of(vector, 1, 1, vector.length))
              .toArray(Tensor[]::new);
      Tensor tokens = Tensor.cat(0, features).to(device);
      Trace.record("connector_input", () -> tokens);
      Tensor connected = connector.connect(new ImageFeatures(tokens, 0, 1, 1));
      Trace.record("connector_output", () -> connected);
      return IntStream.range(0, media.size())
          .mapToObj(i -> connected.narrow(0, i, 1).view(connected.size(1), outputSize()).copy())
          .map(embeddings -> new ImageEmbeddings(scope.keep(embeddings), null))
          .toList();
    }
  }

  @Override
  public void close() {
    embedder.close();
    connector.close();
  }
}
