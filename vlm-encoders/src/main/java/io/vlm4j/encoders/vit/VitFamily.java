package io.vlm4j.encoders.vit;

import io.vlm4j.config.JsonNode;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The variants of the vision transformer, by the {@code model_type} that the hub gives them. */
public enum VitFamily {
  VIT(List.of("vit"), VitConfig::vit, VitNames.VIT, VitPooler::firstToken),
  CLIP(
      List.of("clip_vision_model", "clip"),
      VitConfig::clip,
      VitNames.CLIP,
      VitPooler::normalisedFirstToken),
  /** The configuration is CLIP's; {@code OpenClipProvider} translates open_clip's to it. */
  OPEN_CLIP(
      List.of("open_clip_vision_transformer"),
      VitConfig::clip,
      VitNames.OPEN_CLIP,
      VitPooler::normalisedFirstToken),
  SIGLIP(
      List.of("siglip_vision_model", "siglip"),
      VitConfig::siglip,
      VitNames.SIGLIP,
      VitPooler::attention),
  IDEFICS3(
      List.of("idefics3_vision", "smolvlm_vision", "idefics3", "smolvlm"),
      VitConfig::idefics3,
      VitNames.SIGLIP,
      VitPooler::firstToken),
  BLIP(
      List.of("blip_vision_model", "blip"),
      VitConfig::blip,
      VitNames.BLIP,
      VitPooler::normalisedFirstToken),
  EVA(
      List.of("blip_2_vision_model", "instructblip_vision_model", "blip-2", "instructblip"),
      VitConfig::eva,
      VitNames.BLIP,
      VitPooler::normalisedFirstToken),
  DINOV2(List.of("dinov2"), VitConfig::dinov2, VitNames.DINOV2, VitPooler::firstToken);

  private final List<String> modelTypes;
  private final Function<JsonNode, VitConfig> configuration;
  private final NameMap names;
  private final VitPooler.Factory pooling;

  VitFamily(
      List<String> modelTypes,
      Function<JsonNode, VitConfig> configuration,
      NameMap names,
      VitPooler.Factory pooling) {
    this.modelTypes = modelTypes;
    this.configuration = configuration;
    this.names = names;
    this.pooling = pooling;
  }

  /** The variant of a {@code model_type}, if it is one of these. */
  public static Optional<VitFamily> of(String modelType) {
    return Arrays.stream(values()).filter(f -> f.modelTypes.contains(modelType)).findFirst();
  }

  /** The {@code model_type} values of this variant. */
  public List<String> modelTypes() {
    return modelTypes;
  }

  /** Reads a hub configuration; its {@code vision_config} if it has one. */
  public VitConfig config(JsonNode json) {
    return configuration.apply(json.has("vision_config") ? json.get("vision_config") : json);
  }

  /** Reads an encoder from weights under the hub's names. */
  public VisionTransformer load(JsonNode json, Weights weights) {
    return VisionTransformer.load(config(json), weights.mapped(names), pooling);
  }
}
