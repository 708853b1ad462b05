package io.vlm4j.models.fusion;

import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ProcessedImage;
import io.vlm4j.prompt.Media;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.FrameConnector;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Preprocessing, encoder, and a connector that makes one sequence of all frames of a video. */
public final class FramesVisualPath implements VisualPath {
  private final ImageProcessor processor;
  private final VisionEncoder encoder;
  private final FeatureSelection selection;
  private final FrameConnector connector;
  private final Device device;
  private final Consumer<Tensor> recorder;

  /**
   * Joins the boxes.
   *
   * @param recorder records the pixel values of media of equally many frames, [M, F, 3, H, W]
   * @throws io.vlm4j.error.InvalidModelException if the connector does not take the encoder's
   *     features
   */
  public FramesVisualPath(
      ImageProcessor processor,
      VisionEncoder encoder,
      FeatureSelection selection,
      FrameConnector connector,
      Device device,
      Consumer<Tensor> recorder) {
    TiledVisualPath.requireMatch(encoder, selection, connector);
    this.processor = processor;
    this.encoder = encoder;
    this.selection = selection;
    this.connector = connector;
    this.device = device;
    this.recorder = recorder;
  }

  @Override
  public int outputSize() {
    return connector.outputSize();
  }

  @Override
  public boolean orderMatters() {
    return connector.orderMatters();
  }

  @Override
  public List<ImageEmbeddings> embed(List<Media> media, String text) {
    List<ImageEmbeddings> result = new ArrayList<>();
    for (int from = 0; from < media.size(); ) {
      int to = from;
      while (to < media.size() && frames(media, to) == frames(media, from)) {
        to++;
      }
      result.addAll(embedAlike(media.subList(from, to), from));
      from = to;
    }
    return result;
  }

  /** Media of equally many frames, at once. */
  private List<ImageEmbeddings> embedAlike(List<Media> media, int firstPlace) {
    List<ProcessedImage> processed =
        media.stream().flatMap(one -> one.frames().stream()).map(processor::process).toList();
    int frames = frames(media, 0);
    try (TensorScope scope = TensorScope.open()) {
      Tensor pixels = PixelBatch.of(processed, device);
      Tensor embeddings =
          connect(pixels.view(media.size(), frames, 3, pixels.size(2), pixels.size(3)), firstPlace);
      List<ImageEmbeddings> result = new ArrayList<>();
      for (int i = 0; i < media.size(); i++) {
        Tensor one = embeddings.narrow(0, i, 1).view(embeddings.size(1), embeddings.size(2)).copy();
        result.add(new ImageEmbeddings(scope.keep(one), processed.get(i * frames)));
      }
      return result;
    }
  }

  /**
   * Encoder and connector.
   *
   * @param pixelValues float32 [M, F, 3, H, W]
   * @param firstPlace how many media stand before these in the prompt
   * @return float32 [M, N, D]
   */
  public Tensor connect(Tensor pixelValues, int firstPlace) {
    try (TensorScope scope = TensorScope.open()) {
      recorder.accept(pixelValues);
      int media = pixelValues.size(0);
      int frames = pixelValues.size(1);
      Tensor pictures =
          pixelValues.view((long) media * frames, 3, pixelValues.size(3), pixelValues.size(4));
      Tensor features = PixelBatch.inPasses(pictures, this::encode).contiguous();
      Trace.record("vision_last_hidden_state", () -> features);
      Tensor embeddings =
          connector.connectFrames(
              features.view(media, frames, features.size(1), features.size(2)), firstPlace);
      Trace.record("connector_output", () -> embeddings);
      return scope.keep(embeddings);
    }
  }

  @Override
  public void close() {
    encoder.close();
    connector.close();
  }

  private Tensor encode(Tensor pictures) {
    return encoder.encode(pictures, selection).hiddenStates();
  }

  private static int frames(List<Media> media, int index) {
    return media.get(index).frames().size();
  }
}
