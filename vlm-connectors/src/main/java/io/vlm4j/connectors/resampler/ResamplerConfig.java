package io.vlm4j.connectors.resampler;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.nn.Activation;

/**
 * The shape of a Perceiver Resampler.
 *
 * @param size width D of the features and the latents
 * @param latents number of latents N
 * @param layers number of blocks
 * @param heads attention heads
 * @param headSize features of a head
 * @param intermediateSize width of the feed-forwards
 * @param activation of the feed-forwards
 * @param queryKeyNorms queries and keys are normalised in each head
 * @param frames most frames of a video that have time embeddings; 0 for none
 * @param media most media of a prompt that have embeddings of their place; 0 for none
 * @param outputSize width of a projection at the end; 0 for none
 */
public record ResamplerConfig(
    int size,
    int latents,
    int layers,
    int heads,
    int headSize,
    int intermediateSize,
    Activation activation,
    boolean queryKeyNorms,
    int frames,
    int media,
    int outputSize) {

  /** Checks the numbers. */
  public ResamplerConfig {
    if (size < 1
        || latents < 1
        || layers < 1
        || heads < 1
        || headSize < 1
        || intermediateSize < 1
        || frames < 0
        || media < 0
        || outputSize < 0) {
      throw new InvalidModelException(
          "a resampler's width, latents, depth, heads, head size and feed-forward must be positive");
    }
  }

  /** A connector folder's configuration; defaults of OpenFlamingo's PerceiverResampler. */
  public static ResamplerConfig of(JsonNode json) {
    int size = json.getInt("input_size");
    return new ResamplerConfig(
        size,
        json.getInt("num_latents", 64),
        json.getInt("depth", 6),
        json.getInt("heads", 8),
        json.getInt("dim_head", 64),
        size * json.getInt("ff_mult", 4),
        Activation.GELU,
        json.getBoolean("qk_layer_norms", false),
        json.getInt("max_num_frames", 0),
        json.getInt("max_num_media", 0),
        json.getInt("output_size", 0));
  }

  /** Width of what comes out. */
  public int embeddingSize() {
    return outputSize == 0 ? size : outputSize;
  }
}
