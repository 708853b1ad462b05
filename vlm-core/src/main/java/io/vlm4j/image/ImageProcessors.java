package io.vlm4j.image;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.UnsupportedModelException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Builds image processors.
 *
 * <p>Steps and arithmetic are those of the processors of the same names in the Python library
 * transformers 4.57 that run on Pillow and numpy.
 */
public final class ImageProcessors {
  private static final Map<String, Function<JsonNode, ImageProcessor>> BUILDERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("CLIPImageProcessor", ImageProcessors::cropping),
              Map.entry("BitImageProcessor", ImageProcessors::cropping),
              Map.entry("ConvNextImageProcessor", ImageProcessors::convNext),
              Map.entry("ViTImageProcessor", ImageProcessors::vit),
              Map.entry("SiglipImageProcessor", ImageProcessors::siglip),
              Map.entry("BlipImageProcessor", ImageProcessors::blip),
              Map.entry("PerceiverImageProcessor", ImageProcessors::perceiver),
              Map.entry("IdeficsImageProcessor", ImageProcessors::idefics),
              Map.entry("DetrImageProcessor", ImageProcessors::detr),
              Map.entry("OwlViTImageProcessor", ImageProcessors::owlVit),
              Map.entry("Owlv2ImageProcessor", Owlv2ImageProcessor::new),
              Map.entry("LlavaNextImageProcessor", LlavaNextImageProcessor::new),
              Map.entry("Idefics3ImageProcessor", Idefics3ImageProcessor::new),
              Map.entry("SmolVLMImageProcessor", Idefics3ImageProcessor::new)));

  private static final JsonNode PERCEIVER_SIZES =
      JsonNode.parse("{\"size\": 224, \"crop_size\": 256}", "PerceiverImageProcessor");

  private static final JsonNode OWL_VIT_SIZES =
      JsonNode.parse("{\"size\": 768, \"crop_size\": 768}", "OwlViTImageProcessor");

  private ImageProcessors() {}

  /**
   * The processor that a checkpoint's {@code preprocessor_config.json} describes, under {@code
   * image_processor_type} or the older {@code feature_extractor_type}; a name that ends in {@code
   * Fast} or, of old, in {@code FeatureExtractor} means the same processor.
   *
   * @throws UnsupportedModelException if the type is none of those that are supported
   * @throws InvalidModelException if the type or a value is missing or cannot be right
   */
  public static ImageProcessor fromConfig(JsonNode preprocessorConfig) {
    String type = type(preprocessorConfig);
    Function<JsonNode, ImageProcessor> builder = BUILDERS.get(canonical(type));
    if (builder == null) {
      throw new UnsupportedModelException(
          "%s: image processor %s is not supported; supported: %s"
              .formatted(preprocessorConfig.origin(), type, String.join(", ", BUILDERS.keySet())));
    }
    return builder.apply(preprocessorConfig);
  }

  /**
   * The preprocessing of a timm model.
   *
   * @param pretrainedCfg {@code pretrained_cfg} of its {@code config.json}
   * @throws UnsupportedModelException if a step is none of those that are supported
   * @throws InvalidModelException if a value cannot be right
   */
  public static ImageProcessor fromTimm(JsonNode pretrainedCfg) {
    return EvaluationTransform.timm(pretrainedCfg);
  }

  /**
   * The preprocessing of an {@code open_clip_config.json}.
   *
   * @throws UnsupportedModelException if a step is none of those that are supported
   * @throws InvalidModelException if a value cannot be right
   */
  public static ImageProcessor fromOpenClip(JsonNode config) {
    return EvaluationTransform.openClip(config);
  }

  /**
   * The preprocessing that a system's own {@code config.json} describes: {@code image_size}, {@code
   * image_mean}, {@code image_std} and {@code interpolation} of pictures that are warped to a
   * square. What is missing is as timm's models have it.
   *
   * @throws UnsupportedModelException if a step is none of those that are supported
   * @throws InvalidModelException if a value cannot be right
   */
  public static ImageProcessor fromSquare(JsonNode config) {
    return EvaluationTransform.square(config);
  }

  /**
   * A processor for models put together by hand: resizes to a square whatever the aspect ratio,
   * rescales to the range from 0 to 1 and normalises.
   *
   * @param size side of the square in pixels
   * @param mean [3] of red, green and blue
   * @param std [3] of red, green and blue
   * @throws InvalidOptionException if a value is out of range
   */
  public static ImageProcessor of(int size, Resampling resampling, float[] mean, float[] std) {
    if (size < 1 || size > ProcessorConfig.MAX_SIDE) {
      throw new InvalidOptionException(
          "the image size is %d; expected 1 to %d pixels"
              .formatted(size, ProcessorConfig.MAX_SIDE));
    }
    if (!PixelScaling.isValid(mean, std)) {
      throw new InvalidOptionException(
          "mean and std must be 3 finite numbers each, std above 0; found %d and %d numbers"
              .formatted(mean.length, std.length));
    }
    return new WholeImageProcessor(
        image -> image.resize(size, size, resampling),
        image -> image,
        new PixelScaling(1.0 / 255, mean, std));
  }

  private static ImageProcessor cropping(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    return new WholeImageProcessor(
        config.resize(TargetSize.ShortestEdge::new, config.resampling(Resampling.BICUBIC)),
        config.centerCrop(),
        config.scaling(ProcessorConfig.Normalization.CLIP));
  }

  /** Below 384 pixels a share of the picture is cut off; from there on it is warped to a square. */
  private static ImageProcessor convNext(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    Resampling resampling = config.resampling(Resampling.BILINEAR);
    int edge = config.shortestEdge(384);
    boolean crops = edge < 384 && config.flag("do_resize", true);
    TargetSize size =
        edge < 384
            ? new TargetSize.ShortestEdge((int) (edge / config.cropShare()))
            : new TargetSize.Fixed(edge, edge);
    return new WholeImageProcessor(
        image -> config.flag("do_resize", true) ? size.resize(image, resampling) : image,
        image -> crops ? Crop.center(image, edge, edge) : image,
        config.scaling(ProcessorConfig.Normalization.HALF));
  }

  /** The middle of the picture, in proportion to its shorter side, is resized to {@code size}. */
  private static ImageProcessor perceiver(JsonNode json) {
    ProcessorConfig config =
        new ProcessorConfig(json.withFallback(PERCEIVER_SIZES, "size", "crop_size"));
    TargetSize.Fixed size = config.fixedSize("size");
    TargetSize.Fixed cropSize = config.fixedSize("crop_size");
    boolean crops = config.flag("do_center_crop", true);
    return new WholeImageProcessor(
        image -> crops ? Crop.centerInProportion(image, size, cropSize) : image,
        config.resize(side -> size, config.resampling(Resampling.BICUBIC)),
        config.scaling(ProcessorConfig.Normalization.IMAGENET));
  }

  private static ImageProcessor vit(JsonNode json) {
    return square(json, Resampling.BILINEAR, ProcessorConfig.Normalization.HALF);
  }

  private static ImageProcessor siglip(JsonNode json) {
    return square(json, Resampling.BICUBIC, ProcessorConfig.Normalization.HALF);
  }

  private static ImageProcessor blip(JsonNode json) {
    return square(json, Resampling.BICUBIC, ProcessorConfig.Normalization.CLIP);
  }

  /** Its first files say {@code rescale} for {@code do_rescale}. */
  private static ImageProcessor owlVit(JsonNode json) {
    JsonNode renamed =
        json.has("rescale") && !json.has("do_rescale")
            ? json.with("do_rescale", json.get("rescale"))
            : json;
    ProcessorConfig config =
        new ProcessorConfig(renamed.withFallback(OWL_VIT_SIZES, "size", "crop_size"));
    boolean crops = config.flag("do_center_crop", false);
    return new WholeImageProcessor(
        config.resize(
            side -> new TargetSize.Fixed(side, side), config.resampling(Resampling.BICUBIC)),
        crops ? config.centerCrop() : image -> image,
        config.scaling(ProcessorConfig.Normalization.CLIP));
  }

  private static ImageProcessor idefics(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    int side = json.getInt("image_size", 224);
    if (side < 1 || side > ProcessorConfig.MAX_SIDE) {
      throw new InvalidModelException(
          "%s: image_size is %d; expected 1 to %d pixels"
              .formatted(json.origin(), side, ProcessorConfig.MAX_SIDE));
    }
    return new WholeImageProcessor(
        image -> image.resize(side, side, Resampling.BICUBIC),
        image -> image,
        config.scaling(ProcessorConfig.Normalization.CLIP));
  }

  /** Padding to the largest of several pictures is left to the model. */
  private static ImageProcessor detr(JsonNode json) {
    ProcessorConfig config = new ProcessorConfig(json);
    boolean resizes = config.flag("do_resize", true);
    TargetSize size = config.boundedSize("size", 800, json.getInt("max_size", 1333));
    Resampling resampling = config.resampling(Resampling.BILINEAR);
    return new WholeImageProcessor(
        image -> resizes ? size.resize(image, resampling) : image,
        image -> image,
        config.scaling(ProcessorConfig.Normalization.IMAGENET));
  }

  private static ImageProcessor square(
      JsonNode json, Resampling resampling, ProcessorConfig.Normalization normalization) {
    ProcessorConfig config = new ProcessorConfig(json);
    return new WholeImageProcessor(
        config.resize(side -> new TargetSize.Fixed(side, side), config.resampling(resampling)),
        image -> image,
        config.scaling(normalization));
  }

  private static String type(JsonNode json) {
    return json.optional("image_processor_type")
        .or(() -> json.optional("feature_extractor_type"))
        .map(JsonNode::asString)
        .orElseThrow(
            () ->
                new InvalidModelException(
                    json.origin()
                        + " has neither image_processor_type nor feature_extractor_type; expected"
                        + " one of "
                        + String.join(", ", BUILDERS.keySet())));
  }

  private static String canonical(String type) {
    return type.replaceFirst("Fast$", "").replaceFirst("FeatureExtractor$", "ImageProcessor");
  }
}
