package io.vlm4j.encoders.openclip;

import io.vlm4j.config.JsonNode;
import io.vlm4j.encoders.convnet.TraceNames;
import io.vlm4j.encoders.resnet.ResNet;
import io.vlm4j.encoders.resnet.ResNetConfig;
import io.vlm4j.encoders.resnet.ResNetConfig.Reduction;
import io.vlm4j.encoders.resnet.ResNetConfig.Stage;
import io.vlm4j.encoders.resnet.ResNetNames;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.spi.VisionEncoderProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Opens the vision tower of an {@code open_clip_config.json}. */
public final class OpenClipProvider implements VisionEncoderProvider {
  /** The text tower, and numbers that OpenAI's archives hold. */
  private static final NameMap VISUAL =
      NameMap.parse(
          """
          visual.*               -> visual.*
          text.*                 -> ignore
          transformer.*          -> ignore
          token_embedding.*      -> ignore
          positional_embedding   -> ignore
          ln_final.*             -> ignore
          text_projection        -> ignore
          logit_scale            -> ignore
          logit_bias             -> ignore
          input_resolution       -> ignore
          context_length         -> ignore
          vocab_size             -> ignore
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("open_clip");
  }

  @Override
  public VisionEncoder load(JsonNode config, Weights weights) {
    JsonNode model = config.get("model_cfg");
    JsonNode vision = model.get("vision_cfg");
    if (vision.has("timm_model_name")) {
      throw new UnsupportedModelException(
          "%s: vision_cfg.timm_model_name '%s' is not supported; supported are towers of CLIP's own"
              .formatted(config.origin(), vision.getString("timm_model_name")));
    }
    Weights visual = weights.mapped(VISUAL).at("visual");
    return vision.optional("layers").map(JsonNode::isArray).orElse(false)
        ? residual(model, vision, visual)
        : OpenClipTransformer.load(model, vision, imageSize(vision), visual);
  }

  /** CLIP's own residual network: a stem of three, averages for strides, attention pooling. */
  private static VisionEncoder residual(JsonNode model, JsonNode vision, Weights visual) {
    int width = vision.getInt("width", 64);
    int imageSize = imageSize(vision);
    int heads = 32 * width / vision.getInt("head_width", 64);
    if (width < 2 || width % 2 != 0 || heads < 1 || 32 * width % heads != 0) {
      throw new InvalidModelException(
          "%s: vision_cfg.width %d does not go with head_width %d"
              .formatted(vision.origin(), width, vision.getInt("head_width", 64)));
    }
    int places = (imageSize / 32) * (imageSize / 32);
    int embedSize = model.getInt("embed_dim");
    return ResNet.load(
        new ResNetConfig(
            3,
            List.of(width / 2, width / 2, width),
            true,
            stages(vision, width),
            1,
            Reduction.AVERAGES,
            Activation.RELU,
            Activation.RELU,
            ResNetConfig.DEFAULT_EPSILON,
            1,
            imageSize,
            TraceNames.OPEN_CLIP),
        visual.mapped(ResNetNames.CLIP),
        (weights, features) ->
            new AttentionPool(weights.at("attention_pool"), features, heads, places, embedSize));
  }

  private static List<Stage> stages(JsonNode vision, int width) {
    List<JsonNode> depths = vision.getList("layers");
    if (depths.size() != 4) {
      throw new InvalidModelException(
          "%s: vision_cfg.layers has %d numbers; expected 4"
              .formatted(vision.origin(), depths.size()));
    }
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < depths.size(); i++) {
      int inner = width << i;
      stages.add(new Stage(depths.get(i).asInt(), inner, 4 * inner, i == 0 ? 1 : 2));
    }
    return stages;
  }

  private static int imageSize(JsonNode vision) {
    if (!vision.has("image_size")) {
      return 224;
    }
    JsonNode size = vision.get("image_size");
    if (!size.isArray()) {
      return size.asInt();
    }
    List<JsonNode> sides = size.asList();
    if (sides.size() != 2 || sides.get(0).asInt() != sides.get(1).asInt()) {
      throw new UnsupportedModelException(
          vision.origin() + ": vision_cfg.image_size is " + size + "; supported are squares");
    }
    return sides.get(0).asInt();
  }
}
