package io.vlm4j.models.imagebind;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.image.ImageProcessors;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.text.Tokenizer;
import io.vlm4j.text.Tokenizers;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Opens folders of ImageBind. */
public final class ImageBindProvider implements DualEncoderProvider {
  /** The longest output, whatever a checkpoint's scale says. */
  private static final double MAX_SCALE = 100;

  @Override
  public Set<String> modelTypes() {
    return Set.of(ModelFolder.IMAGE_BIND);
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return true;
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(resources -> load(folder, options, resources));
  }

  private static ImageBindModel load(ModelFolder folder, LoadOptions options, Resources resources) {
    ImageBindConfig config = ImageBindConfig.of(folder.config());
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress())
            .mapped(ImageBindNames.MODEL);
    ImageBindModel model =
        new ImageBindModel(
            processor(config),
            resources.own(PatchTower.images(config, weights.at("vision"))),
            tokenizer(folder).map(resources::own),
            resources.own(TextTower.load(config, weights.at("text"))),
            new ClipSpectrograms(config.spectrogram()),
            resources.own(PatchTower.sounds(config, weights.at("audio"))),
            new ImageBindModel.Scales(scale(weights.at("text")), scale(weights.at("audio"))),
            config.spaceSize(),
            options.placement().device(),
            resources);
    weights.requireAllRead();
    return model;
  }

  /** The published weights come without a tokenizer; images and sounds do without. */
  private static Optional<Tokenizer> tokenizer(ModelFolder folder) {
    return Tokenizers.isIn(folder.path()) ? Optional.of(folder.tokenizer()) : Optional.empty();
  }

  private static double scale(Weights weights) {
    try (TensorScope scope = TensorScope.open()) {
      double logarithm = weights.getReshaped("log_scale", 1).toFloats()[0];
      return Math.min(Math.exp(logarithm), MAX_SCALE);
    }
  }

  /** The shorter side is resized, then the middle is cut out, as torchvision does. */
  private static ImageProcessor processor(ImageBindConfig config) {
    String steps =
        """
        {"preprocess_cfg": {"size": %d, "mean": %s, "std": %s, "interpolation": "bicubic",
                            "resize_mode": "shortest"}}
        """
            .formatted(
                config.imageSize(),
                Arrays.toString(config.imageMean()),
                Arrays.toString(config.imageStd()));
    return ImageProcessors.fromOpenClip(JsonNode.parse(steps, "ImageBind's preprocessing"));
  }
}
