package io.vlm4j.models.detr;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.ObjectDetectorProvider;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.models.ClassNames;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Convolution;
import io.vlm4j.nn.Linear;
import io.vlm4j.spi.StagedVisionEncoder;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens {@code detr} and {@code table-transformer} folders of the hub. */
public final class DetrProvider implements ObjectDetectorProvider {
  private static final String PREPROCESSING = "preprocessor_config.json";
  private static final int BOX_LAYERS = 3;

  @Override
  public Set<String> modelTypes() {
    return Set.of("detr", "table-transformer");
  }

  @Override
  public ObjectDetector load(Path path, LoadOptions options) {
    ModelFolder folder = ModelFolder.open(path, options);
    Weights weights =
        Weights.of(folder.weights(), options.placement(), options.progress()).mapped(DetrNames.HUB);
    return Resources.owning(resources -> load(folder, weights, resources));
  }

  private static DetrDetector load(ModelFolder folder, Weights weights, Resources resources) {
    JsonNode json = folder.config();
    DetrConfig config = DetrConfig.of(json);
    int classes = classes(json);
    requireClasses(json, weights, classes);
    StagedVisionEncoder encoder = backbone(json, weights, resources);
    TensorScope parameters = resources.own(TensorScope.open());
    int size = config.size();
    int width = Math.toIntExact(weights.shape("projection.weight").get(1));
    Convolution projection =
        Convolution.load(
            weights.at("projection"), Convolution.Shape.of(width, size, 1), Activation.IDENTITY);
    DetrPositions positions = new DetrPositions(config, weights);
    DetrTransformer transformer = new DetrTransformer(config, weights);
    List<Linear> boxes = new ArrayList<>();
    for (int i = 0; i < BOX_LAYERS; i++) {
      boxes.add(Linear.load(weights.at("boxes", i), size, i < BOX_LAYERS - 1 ? size : 4, true));
    }
    Linear logits = Linear.load(weights.at("classes"), size, classes + 1, true);
    parameters.seal();
    weights.requireAllRead();
    int stage = DetrConfig.stage(json, encoder.stageWidths().size());
    requireWidth(weights, width, encoder.stageWidths().get(stage));
    return new DetrDetector(
        new DetrDetector.Preprocessing(
            folder.imageProcessor(), padSize(folder), weights.placement().device()),
        new DetrDetector.Backbone(encoder, stage, projection, positions),
        transformer,
        new DetrDetector.Heads(logits, boxes, size),
        ClassNames.of(json, classes),
        resources);
  }

  private static StagedVisionEncoder backbone(JsonNode json, Weights weights, Resources resources) {
    VisionEncoder encoder =
        resources.own(Families.visionEncoder(DetrConfig.backbone(json), weights.at("backbone")));
    if (encoder instanceof StagedVisionEncoder staged) {
      return staged;
    }
    throw new UnsupportedModelException(
        json.origin() + ": the backbone has no stages of feature maps; supported is ResNet");
  }

  /** As the hub counts them: {@code id2label}, else {@code num_labels}, else two. */
  private static int classes(JsonNode json) {
    int named = json.objectOrEmpty("id2label").keys().size();
    return named > 0 ? named : json.getInt("num_labels", 2);
  }

  private static void requireClasses(JsonNode json, Weights weights, int classes) {
    long found = weights.shape("classes.weight").get(0);
    if (found != classes + 1L) {
      throw new InvalidModelException(
          "%s names %d classes; the checkpoint tells %d apart, and \"no object\""
              .formatted(json.origin(), classes, found - 1));
    }
  }

  private static void requireWidth(Weights weights, int expected, int found) {
    if (expected != found) {
      throw new InvalidModelException(
          "%s takes %d channels; the backbone's stage gives %d"
              .formatted(weights.describe("projection.weight"), expected, found));
    }
  }

  /** All images are padded to this size, if one is given. */
  private static Optional<int[]> padSize(ModelFolder folder) {
    return folder
        .optionalConfig(PREPROCESSING)
        .optional("pad_size")
        .map(size -> new int[] {size.getInt("height"), size.getInt("width")});
  }
}
