package io.vlm4j.models.twostream;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswererProvider;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Opens ViLBERT: as it was pre-trained, or with the heads of its tasks. */
public final class VilbertProvider implements RegionQuestionAnswererProvider {
  private static final String PREFIXES = "module.* -> *\nbert.* -> *\n";

  /** The reference has the blocks of streams that stay apart all the same. */
  private static final String APART = "encoder.c_layer.* -> ignore\n";

  private static final String NAMES =
      BlockNames.TEXT
          + """
              embeddings.LayerNorm.*                    -> text.norm.*
              v_embeddings.image_embeddings.*           -> regions.features.*
              v_embeddings.image_location_embeddings.*  -> regions.boxes.*
              v_embeddings.LayerNorm.*                  -> regions.norm.*
              """
          + BlockNames.block("encoder.layer.{i}", "text.layers.{i}")
          + BlockNames.block("encoder.v_layer.{i}", "regions.layers.{i}")
          + side(1, "v", "regions")
          + side(2, "t", "text")
          + BlockNames.WORDS
          + """
              t_pooler.dense.*                           -> text.pooler.*
              v_pooler.dense.*                           -> regions.pooler.*
              cls.imagePredictions.transform.dense.*     -> objects.transform.*
              cls.imagePredictions.transform.LayerNorm.* -> objects.norm.*
              cls.imagePredictions.decoder.*             -> objects.decoder.*
              cls.bi_seq_relationship.*                  -> alignment.*
              classifier.*                               -> classifier.*
              vil_prediction.logit_fc.0.*                -> answers.up.*
              vil_prediction.logit_fc.2.*                -> answers.norm.*
              vil_prediction.logit_fc.3.*                -> answers.down.*
              vil_prediction.main.0.*                    -> normalised.up.*
              vil_prediction.main.3.*                    -> normalised.down.*
              vil_logit.*                                -> fit.*
              vision_logit.*                             -> region.*
              linguisic_logit.*                          -> word.*
              vil_prediction_gqa.logit_fc.*              -> ignore
              vil_binary_prediction.logit_fc.*           -> ignore
              vil_tri_prediction.*                       -> ignore
              """;

  /** {@code q_dense} layers are stored and never used. */
  private static String side(int number, String feedForward, String to) {
    return """
        encoder.c_layer.{i}.biattention.queryK.*   -> cross.{i}.TO.query.*
        encoder.c_layer.{i}.biattention.keyK.*     -> cross.{i}.TO.key.*
        encoder.c_layer.{i}.biattention.valueK.*   -> cross.{i}.TO.value.*
        encoder.c_layer.{i}.biOutput.denseK.*      -> cross.{i}.TO.output.*
        encoder.c_layer.{i}.biOutput.LayerNormK.*  -> cross.{i}.TO.norm.*
        encoder.c_layer.{i}.biOutput.q_denseK.*    -> ignore
        """
            .replace("K", Integer.toString(number))
            .replace("TO", to)
        + BlockNames.mlp(
            "encoder.c_layer.{i}." + feedForward + "_intermediate",
            "encoder.c_layer.{i}." + feedForward + "_output",
            "cross.{i}." + to + ".mlp");
  }

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.modelType().equals(ModelFolder.VILBERT);
  }

  @Override
  public String system() {
    return ModelFolder.VILBERT;
  }

  @Override
  public RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options) {
    String apart = meets(folder.config()) ? "" : APART;
    return TwoStreamModel.load(
        folder, options, NameMap.parse(PREFIXES + apart + NAMES), VilbertProvider::parts);
  }

  private static boolean meets(JsonNode json) {
    return json.getBoolean("with_coattention", true);
  }

  private static TwoStreamModel.Parts parts(JsonNode json, Weights weights) {
    VilbertConfig config = VilbertConfig.of(json);
    VilbertEncoder encoder = new VilbertEncoder(config, meets(json), weights);
    Map<Task, Head> heads = new EnumMap<>(Task.class);
    addAnswers(config, weights, heads);
    addPretraining(config, encoder, weights, heads);
    addReferring(config, weights, heads);
    return new TwoStreamModel.Parts(encoder, config.featureSize(), heads, 0);
  }

  private static void addAnswers(VilbertConfig config, Weights weights, Map<Task, Head> heads) {
    if (weights.has("classifier.weight")) {
      UnaryOperator<Tensor> answers = Heads.linear(weights.at("classifier"), config.coSize());
      heads.put(Task.ANSWER, Head.of(s -> answers.apply(s.pooled()), "logits"));
    } else if (weights.has("answers.up.weight")) {
      int classes = Heads.classes(weights, "answers.down.weight");
      UnaryOperator<Tensor> answers =
          Heads.answers(weights.at("answers"), config.coSize(), classes);
      heads.put(Task.ANSWER, Head.of(s -> answers.apply(s.pooled()), "vil_prediction", "logits"));
    } else if (weights.has("normalised.up.weight_v")) {
      UnaryOperator<Tensor> answers =
          Heads.weightNormalised(weights.at("normalised"), config.coSize());
      heads.put(Task.ANSWER, Head.of(s -> answers.apply(s.pooled()), "vil_prediction", "logits"));
    }
  }

  private static void addPretraining(
      VilbertConfig config, VilbertEncoder encoder, Weights weights, Map<Task, Head> heads) {
    if (!weights.has("words.transform.weight")) {
      return;
    }
    UnaryOperator<Tensor> words =
        Heads.words(
            weights.at("words"), encoder.wordTable(), config.text().activation(), config.epsilon());
    // The reference gives this transform the text's activation, not the regions'.
    int size = config.regions().size();
    UnaryOperator<Tensor> transform =
        Heads.transform(weights.at("objects"), size, config.text().activation(), config.epsilon());
    UnaryOperator<Tensor> objects = Heads.linear(weights.at("objects").at("decoder"), size);
    UnaryOperator<Tensor> alignment = Heads.linear(weights.at("alignment"), config.coSize());
    heads.put(
        Task.MASKED_WORDS,
        Head.of(s -> words.apply(s.text()), "prediction_scores_t", "linguisic_prediction"));
    heads.put(
        Task.MASKED_REGIONS,
        Head.of(
            s -> objects.apply(transform.apply(s.regions())),
            "prediction_scores_v",
            "vision_prediction"));
    heads.put(
        Task.ALIGNMENT,
        Head.of(
            s -> alignment.apply(s.pooled()), "seq_relationship_score", "vil_binary_prediction"));
  }

  private static void addReferring(VilbertConfig config, Weights weights, Map<Task, Head> heads) {
    if (weights.has("fit.weight")) {
      UnaryOperator<Tensor> fit = Heads.linear(weights.at("fit"), config.coSize());
      heads.put(Task.FIT, Head.of(s -> fit.apply(s.pooled()), "vil_logit"));
    }
    if (weights.has("region.weight")) {
      Device device = weights.placement().device();
      UnaryOperator<Tensor> region = Heads.linear(weights.at("region"), config.regions().size());
      heads.put(
          Task.REFERRED_REGION,
          Head.of(
              s -> withoutPadding(region.apply(s.regions()), s.inputs(), device), "vision_logit"));
    }
    if (weights.has("word.weight")) {
      UnaryOperator<Tensor> word = Heads.linear(weights.at("word"), config.text().size());
      heads.put(Task.REFERRED_WORD, Head.of(s -> word.apply(s.text()), "linguisic_logit"));
    }
  }

  private static Tensor withoutPadding(Tensor scores, RegionInputs inputs, Device device) {
    Tensor bias = MaskBias.of(inputs.mask(), VilbertEncoder.PADDING, device);
    return bias == null ? scores : scores.add(bias.view(1, -1, 1));
  }
}
