package io.vlm4j.encoders.convnet;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.tensor.Placement;
import io.vlm4j.weights.WeightSources;
import io.vlm4j.weights.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Checkpoints below {@code testdata}, opened as their configurations say. */
public final class ConvNets {
  private ConvNets() {}

  /** Opens a checkpoint as it is. */
  public static VisionEncoder load(String checkpoint) {
    return load(checkpoint, json -> json);
  }

  /** Opens a checkpoint with another text of its configuration. */
  public static VisionEncoder load(String checkpoint, UnaryOperator<String> change) {
    Path folder = TestData.path(checkpoint);
    boolean openClip = Files.exists(folder.resolve("open_clip_config.json"));
    JsonNode read =
        JsonNode.read(folder.resolve(openClip ? "open_clip_config.json" : "config.json"));
    JsonNode config =
        JsonNode.parse(change.apply(read.toString()), checkpoint)
            .withDefault("model_type", openClip ? "open_clip" : "timm");
    Weights weights = Weights.of(WeightSources.open(folder), Placement.REFERENCE);
    return ServiceLoader.load(VisionEncoderProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.modelTypes().contains(config.getString("model_type")))
        .findFirst()
        .orElseThrow()
        .load(config, weights);
  }
}
