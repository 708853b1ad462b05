package io.vlm4j.models.detr;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.nn.Activation;
import java.util.List;

/**
 * The shape of a DETR; defaults of {@code DetrConfig} in transformers.
 *
 * @param size width D of the transformer
 * @param queries how many things can be found
 * @param encoder layers that read the image
 * @param decoder layers of the queries
 * @param activation of the feed-forward layers
 * @param learnedPositions positions are a table for rows and one for columns; else sines
 * @param preNorm norms stand before the sublayers
 * @param normsEachLayer the decoder's last norm also stands after each of its layers, as models
 *     with auxiliary losses have it
 */
record DetrConfig(
    int size,
    int queries,
    Layers encoder,
    Layers decoder,
    Activation activation,
    boolean learnedPositions,
    boolean preNorm,
    boolean normsEachLayer) {
  /**
   * Layers of one kind.
   *
   * @param inner width of the feed-forward layer
   */
  record Layers(int count, int heads, int inner) {}

  DetrConfig {
    if (size < 4 || size % 4 != 0 || queries < 1 || encoder.count() < 0 || decoder.count() < 1) {
      throw new InvalidModelException(
          "d_model %d, num_queries %d, encoder_layers %d and decoder_layers %d are not possible; expected d_model in fours"
              .formatted(size, queries, encoder.count(), decoder.count()));
    }
  }

  static DetrConfig of(JsonNode json) {
    String positions = json.getString("position_embedding_type", "sine");
    if (!positions.equals("sine") && !positions.equals("learned")) {
      throw new UnsupportedModelException(
          "%s: position_embedding_type is '%s'; supported are sine, learned"
              .formatted(json.origin(), positions));
    }
    return new DetrConfig(
        json.getInt("d_model", 256),
        json.getInt("num_queries", 100),
        layers(json, "encoder"),
        layers(json, "decoder"),
        Activation.of(json.getString("activation_function", "relu")),
        positions.equals("learned"),
        json.getBoolean("pre_norm", json.getString("model_type").equals("table-transformer")),
        json.getBoolean("auxiliary_loss", false));
  }

  private static Layers layers(JsonNode json, String part) {
    return new Layers(
        json.getInt(part + "_layers", 6),
        json.getInt(part + "_attention_heads", 8),
        json.getInt(part + "_ffn_dim", 2048));
  }

  /** The configuration of the backbone, as its provider takes it. */
  static JsonNode backbone(JsonNode json) {
    boolean timm = json.getBoolean("use_timm_backbone", true);
    if (!timm) {
      return json.objectOrEmpty("backbone_config").withDefault("model_type", "resnet");
    }
    JsonNode arguments = json.objectOrEmpty("backbone_kwargs");
    boolean dilates = json.getBoolean("dilation", false);
    int stride = arguments.getInt("output_stride", dilates ? 16 : 32);
    return JsonNode.parse(
        "{\"model_type\": \"torchvision_resnet\", \"output_stride\": %d}".formatted(stride),
        json.origin());
  }

  /**
   * Which of the backbone's stages the transformer reads: the last that the backbone gives out.
   *
   * @param stages how many there are
   */
  static int stage(JsonNode json, int stages) {
    JsonNode backbone = json.objectOrEmpty("backbone_config");
    if (json.getBoolean("use_timm_backbone", true)) {
      return stages - 1; // timm leaves out the later ones
    }
    List<JsonNode> indices = backbone.getList("out_indices");
    List<JsonNode> features = backbone.getList("out_features");
    int stage = stages;
    if (!features.isEmpty()) {
      String name = features.get(features.size() - 1).asString();
      stage = name.matches("stage[0-9]{1,3}") ? Integer.parseInt(name.substring(5)) : 0;
    } else if (!indices.isEmpty()) {
      int index = indices.get(indices.size() - 1).asInt();
      stage = index < 0 ? stages + 1 + index : index;
    }
    if (stage < 1 || stage > stages) {
      throw new UnsupportedModelException(
          "%s: backbone_config gives out %s; supported are stage1 to stage%d"
              .formatted(json.origin(), features.isEmpty() ? indices : features, stages));
    }
    return stage - 1;
  }
}
