package io.vlm4j.models.vision;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.image.Image;
import io.vlm4j.image.ImageProcessor;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.fusion.PixelBatch;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.spi.PooledVisionEncoder;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An encoder as its checkpoint has it: preprocessing, encoder, pooling, and a classifier (ViT) or a
 * projection into the space that images share with text (CLIP).
 */
public final class VisionModel implements AutoCloseable {
  /** Passes over the text side of contrastive models; all else keeps its name. */
  public static final NameMap VISION_SIDE =
      NameMap.parse(
          """
          text_model.*          -> ignore
          text_projection.*     -> ignore
          logit_scale           -> ignore
          logit_bias            -> ignore
          *                     -> *
          """);

  /** What ViT, ResNet, the networks of timm and Perceiver call their classifiers. */
  private static final List<String> CLASSIFIERS =
      List.of(
          "classifier", "classifier.1", "head.fc", "fc", "perceiver.decoder.decoder.final_layer");

  private final Path path;
  private final VisionEncoder encoder;
  private final ImageProcessor processor;
  private final Device device;
  private final ClassLabels labels;
  private final Optional<Linear> classifier;
  private final Optional<Linear> projection;
  private final boolean sharedSpace;
  private final Resources resources;

  private VisionModel(ModelFolder folder, LoadOptions options, Resources resources) {
    JsonNode config = folder.config();
    this.path = folder.path();
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress()).mapped(VISION_SIDE);
    this.resources = resources;
    this.device = options.placement().device();
    this.labels = ClassLabels.of(config);
    this.processor = folder.imageProcessor();
    this.encoder = resources.own(Families.visionEncoder(config, weights));
    int size = encoder.hiddenSize();
    TensorScope heads = resources.own(TensorScope.open());
    this.classifier =
        CLASSIFIERS.stream()
            .filter(name -> weights.has(name + ".weight"))
            .findFirst()
            .map(name -> Linear.load(weights.at(name), size, labels.size(), true));
    this.projection = projection(config, weights, size);
    heads.seal();
    this.sharedSpace = config.has("text_config") || config.has("model_cfg");
    weights.requireAllRead();
  }

  /** Reads a folder. */
  public static VisionModel load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(resources -> new VisionModel(folder.with(options), options, resources));
  }

  /** Images to pixel values. */
  public ImageProcessor processor() {
    return processor;
  }

  /**
   * Encodes images and applies the heads; everything shows in an open {@link Trace}.
   *
   * @param pixelValues float32 [B, 3, H, W]
   * @return the last hidden state
   */
  public ImageFeatures run(Tensor pixelValues) {
    ImageFeatures features = encoder.encode(pixelValues, FeatureSelection.LAST);
    if (encoder instanceof PooledVisionEncoder pooledEncoder) {
      Tensor pooled = pooledEncoder.pool(features);
      classifier.ifPresent(head -> Trace.record("logits", () -> logits(head, pooled)));
      if (sharedSpace) {
        Trace.record("image_embeds", () -> embeds(pooled));
      }
    }
    return features;
  }

  /**
   * Classifies an image.
   *
   * @return all classes, the likeliest first; labels are those of the checkpoint's configuration
   * @throws UnsupportedModelException if the checkpoint has no classifier
   * @throws io.vlm4j.error.InvalidImageException if the image cannot be preprocessed
   */
  public List<ClassProbability> classify(Image image) {
    if (classifier.isEmpty() || !(encoder instanceof PooledVisionEncoder pooledEncoder)) {
      throw new UnsupportedModelException(
          path + " has no classifier; its encoder gives features alone");
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor pixelValues = PixelBatch.of(List.of(processor.process(image)), device);
      ImageFeatures features = encoder.encode(pixelValues, FeatureSelection.LAST);
      Tensor pooled = pooledEncoder.pool(features);
      return labels.probabilities(classifier.get().forward(pooled));
    }
  }

  @Override
  public void close() {
    resources.close();
  }

  /** The reference shows the logits of one image as a vector. */
  private static Tensor logits(Linear head, Tensor pooled) {
    Tensor logits = head.forward(pooled);
    return pooled.size(0) == 1 ? logits.view(-1) : logits;
  }

  /** On the unit sphere of the space that images share with text. */
  private Tensor embeds(Tensor pooled) {
    Tensor projected = projection.map(head -> head.forward(pooled)).orElse(pooled);
    return SpaceProjection.normalized(projected);
  }

  /** CLIP's; open_clip has one beside a transformer, while attention pooling holds its own. */
  private static Optional<Linear> projection(JsonNode config, Weights weights, int size) {
    if (weights.has("visual.proj")) {
      int embedSize = config.get("model_cfg").getInt("embed_dim");
      return Optional.of(Linear.loadTransposed(weights, "visual.proj", size, embedSize));
    }
    if (!weights.has("visual_projection.weight")) {
      return Optional.empty();
    }
    int embedSize = config.getInt("projection_dim", 512);
    return Optional.of(Linear.load(weights.at("visual_projection"), size, embedSize, false));
  }
}
