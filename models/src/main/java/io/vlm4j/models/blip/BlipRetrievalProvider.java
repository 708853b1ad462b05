package io.vlm4j.models.blip;

import io.vlm4j.DualEncoder;
import io.vlm4j.LoadOptions;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.DualEncoderProvider;
import io.vlm4j.models.Families;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.Resources;
import io.vlm4j.models.matching.ImageTower;
import io.vlm4j.models.matching.MatchingModel;
import io.vlm4j.models.matching.TextTower;
import io.vlm4j.nn.Linear;
import io.vlm4j.nn.SpaceProjection;
import io.vlm4j.nn.bert.BertEncoder;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens {@code blip} folders of image-text retrieval: one BERT reads texts alone, for the space
 * that they share with images, and while it looks at an image, to say whether the two match. Its
 * first token stands for the text, the tower's class token for the image.
 */
public final class BlipRetrievalProvider implements DualEncoderProvider {
  private static final String MATCHING_HEAD = "itm_head.weight";

  private static final NameMap NAMES =
      NameMap.parse(
          """
          vision_model.*           -> encoder.*
          text_encoder.*           -> text.*
          vision_proj.*            -> image_projection.*
          text_proj.*              -> text_projection.*
          itm_head.*               -> head.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("blip");
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.weights().names().contains(MATCHING_HEAD);
  }

  @Override
  public DualEncoder load(ModelFolder folder, LoadOptions options) {
    return Resources.owning(
        resources -> {
          Weights weights =
              Weights.of(folder.weights(), options.placement(), options.progress()).mapped(NAMES);
          VisionEncoder encoder =
              resources.own(
                  Families.visionEncoder(
                      BlipConfigs.vision(folder.config()), weights.at("encoder")));
          BertEncoder reader =
              resources.own(
                  BertEncoder.load(
                      BlipConfigs.text(folder.config(), encoder.hiddenSize()), weights.at("text")));
          TensorScope parameters = resources.own(TensorScope.open());
          Heads heads = Heads.load(folder.config(), encoder.hiddenSize(), reader, weights);
          parameters.seal();
          weights.requireAllRead();
          return new MatchingModel(
              new ImageTower(
                  folder.imageProcessor(),
                  encoder,
                  weights.placement().device(),
                  features -> heads.image().forward(firstToken(features.hiddenStates()))),
              TextTower.ofEach(resources.own(folder.tokenizer()), heads::embed),
              heads::match,
              resources);
        });
  }

  /** [B, T, D] to [B, D]. */
  private static Tensor firstToken(Tensor states) {
    return states.narrow(1, 0, 1).contiguous().view(states.size(0), states.size(2));
  }

  private record Heads(
      BertEncoder reader, SpaceProjection image, SpaceProjection text, Linear matching) {
    static Heads load(JsonNode config, int imageSize, BertEncoder reader, Weights weights) {
      int space = config.getInt("image_text_hidden_size", 256);
      return new Heads(
          reader,
          SpaceProjection.load(weights.at("image_projection"), imageSize, space),
          SpaceProjection.load(weights.at("text_projection"), reader.hiddenSize(), space),
          Linear.load(weights.at("head"), reader.hiddenSize(), 2, true));
    }

    Tensor embed(int... ids) {
      return text.forward(firstToken(reader.encode(ids)));
    }

    Tensor match(Tensor features, int... ids) {
      return matching.forward(firstToken(reader.encode(features, ids)));
    }
  }
}
