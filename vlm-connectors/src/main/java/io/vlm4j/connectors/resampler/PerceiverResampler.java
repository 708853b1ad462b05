package io.vlm4j.connectors.resampler;

import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.Norm;
import io.vlm4j.spi.FrameConnector;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The Perceiver Resampler: N learned latents read the features of an image, or of all frames of a
 * video, so that either becomes N embeddings: [M, F, T, D] to [M, N, D].
 */
public final class PerceiverResampler implements FrameConnector {
  private final ResamplerConfig config;
  private final TensorScope parameters;
  private final Tensor latents;
  private final Optional<Tensor> frameEmbeddings;
  private final Optional<Tensor> mediaEmbeddings;
  private final List<ResamplerBlock> blocks;
  private final Norm norm;
  private final Optional<Linear> projection;

  private PerceiverResampler(ResamplerConfig config, Weights weights, TensorScope parameters) {
    int size = config.size();
    this.config = config;
    this.parameters = parameters;
    this.latents = weights.getReshaped("latents", 1, config.latents(), size);
    this.frameEmbeddings = table(weights, "frame_embeddings", config.frames());
    this.mediaEmbeddings = table(weights, "media_embeddings", config.media());
    this.blocks =
        IntStream.range(0, config.layers())
            .mapToObj(i -> new ResamplerBlock(config, weights.at("layers", i)))
            .toList();
    this.norm = Norm.layerNorm(weights.at("norm"), size, 1e-5);
    this.projection =
        config.outputSize() == 0
            ? Optional.empty()
            : Optional.of(Linear.load(weights.at("projection"), size, config.outputSize(), true));
  }

  /** Reads latents, time embeddings and blocks under OpenFlamingo's or IDEFICS' names. */
  public static PerceiverResampler load(ResamplerConfig config, Weights weights) {
    Weights named = weights.mapped(ResamplerNames.ALL);
    return TensorScope.owning(parameters -> new PerceiverResampler(config, named, parameters));
  }

  @Override
  public int inputSize() {
    return config.size();
  }

  @Override
  public int outputSize() {
    return config.embeddingSize();
  }

  @Override
  public boolean orderMatters() {
    return mediaEmbeddings.isPresent();
  }

  @Override
  public Tensor connectFrames(Tensor frames, int firstPlace) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor features = addPlaces(flatten(addTimes(frames)), firstPlace);
      Tensor read = latents.expand(features.size(0), config.latents(), config.size());
      for (ResamplerBlock block : blocks) {
        read = block.forward(read, features);
      }
      Tensor resampled = norm.forward(read);
      return scope.keep(projection.map(layer -> layer.forward(resampled)).orElse(resampled));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** Adds to each frame what says when it is: [M, F, T, D]. */
  private Tensor addTimes(Tensor frames) {
    if (frameEmbeddings.isEmpty()) {
      return frames;
    }
    int count = frames.size(1);
    requireRoom("a video", "frames", count, config.frames());
    Tensor times = frameEmbeddings.get().narrow(0, 0, count);
    return frames.add(times.view(1, count, 1, config.size()));
  }

  /** All features of a video in a row: [M, F, T, D] to [M, F T, D]. */
  private Tensor flatten(Tensor frames) {
    return frames.view(frames.size(0), (long) frames.size(1) * frames.size(2), config.size());
  }

  /** Adds what says the how-manyth of the prompt's media it is: [M, S, D]. */
  private Tensor addPlaces(Tensor features, int firstPlace) {
    if (mediaEmbeddings.isEmpty()) {
      return features;
    }
    int count = features.size(0);
    requireRoom("the prompt", "images and videos", firstPlace + count, config.media());
    Tensor places = mediaEmbeddings.get().narrow(0, firstPlace, count);
    return features.add(places.view(count, 1, config.size()));
  }

  private Optional<Tensor> table(Weights weights, String name, int rows) {
    return rows == 0
        ? Optional.empty()
        : Optional.of(weights.getReshaped(name, rows, config.size()));
  }

  private static void requireRoom(String owner, String things, int count, int most) {
    if (count > most) {
      throw new InvalidPromptException(
          "%s has %d %s; the resampler takes at most %d".formatted(owner, count, things, most));
    }
  }
}
