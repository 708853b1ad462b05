package io.vlm4j.models.rcnn;

import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.detect.ObjectDetector;
import io.vlm4j.detect.ObjectDetectorProvider;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.models.ClassNames;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.spi.StagedVisionEncoder;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.WeightSource;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Opens torchvision's Faster R-CNN and Mask R-CNN, whatever {@code config.json} calls them. */
public final class RcnnProvider implements ObjectDetectorProvider {
  /** The files whose norms torchvision itself gives an epsilon of 0. */
  private static final List<String> ORIGINAL_FILES =
      List.of("fasterrcnn_resnet50_fpn_coco-258fb6c6", "maskrcnn_resnet50_fpn_coco-bf2d0c1e");

  @Override
  public Set<String> modelTypes() {
    return Set.of("fasterrcnn", "maskrcnn");
  }

  /** Also by the names of torchvision's functions, such as {@code fasterrcnn_resnet50_fpn_v2}. */
  @Override
  public boolean opens(JsonNode config) {
    return Stream.of("model_type", "architecture")
        .map(key -> config.getString(key, "").toLowerCase(Locale.ROOT).replaceAll("[-_ ]", ""))
        .anyMatch(name -> name.startsWith("fasterrcnn") || name.startsWith("maskrcnn"));
  }

  @Override
  public ObjectDetector load(Path path, LoadOptions options) {
    ModelFolder folder = ModelFolder.open(path, options);
    WeightSource source = folder.weights();
    RcnnConfig config =
        RcnnConfig.of(folder.config(), ORIGINAL_FILES.stream().anyMatch(source.origin()::contains));
    Weights weights =
        Weights.of(source, options.placement(), options.progress()).mapped(RcnnNames.TORCHVISION);
    return Resources.owning(resources -> load(folder.config(), config, weights, resources));
  }

  private static RcnnDetector load(
      JsonNode json, RcnnConfig config, Weights weights, Resources resources) {
    StagedVisionEncoder body = body(config, weights, resources);
    TensorScope parameters = resources.own(TensorScope.open());
    FeaturePyramid pyramid = new FeaturePyramid(body, weights, config.poolsLast());
    int width = pyramid.width();
    RegionProposals proposals =
        new RegionProposals(config, weights.at("rpn"), width, pyramid.levels());
    BoxHead boxes = new BoxHead(weights, width, config.boxPool());
    requireClasses(json, boxes.classCount());
    Optional<MaskHead> masks =
        weights.has("mask_predictor.logits.weight")
            ? Optional.of(new MaskHead(weights, width, boxes.classCount()))
            : Optional.empty();
    parameters.seal();
    weights.requireAllRead();
    return new RcnnDetector(
        config,
        new RcnnDetector.Parts(pyramid, proposals, boxes, masks),
        ClassNames.of(json, boxes.classCount()),
        weights.placement().device(),
        resources);
  }

  private static StagedVisionEncoder body(RcnnConfig config, Weights weights, Resources resources) {
    JsonNode json =
        JsonNode.parse(
            "{\"model_type\": \"torchvision_resnet\", \"norm_eps\": %s}"
                .formatted(config.normEpsilon()),
            weights.origin());
    if (resources.own(Families.visionEncoder(json, weights.at("body")))
        instanceof StagedVisionEncoder staged) {
      return staged;
    }
    throw new IllegalStateException("residual networks have stages");
  }

  private static void requireClasses(JsonNode json, int classes) {
    int expected = json.getInt("num_classes", classes);
    if (expected != classes) {
      throw new InvalidModelException(
          "%s: num_classes is %d; the checkpoint's box predictor has %d, the background among them"
              .formatted(json.origin(), expected, classes));
    }
  }
}
