package io.vlm4j.models.twostream;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswererProvider;
import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Opens VisualBERT: the body alone, or with the heads of any of its classes in transformers. */
public final class VisualBertProvider implements RegionQuestionAnswererProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          "visual_bert.* -> *\n"
              + BlockNames.TEXT
              + """
              embeddings.LayerNorm.*                    -> norm.*
              embeddings.visual_projection.*            -> regions.features.*
              embeddings.visual_position_embeddings.*   -> regions.positions.*
              embeddings.visual_token_type_embeddings.* -> regions.segments.*
              """
              + BlockNames.block("encoder.layer.{i}", "layers.{i}")
              + BlockNames.block("additional_layer", "joining")
              + BlockNames.WORDS
              + """
              pooler.dense.*         -> pooler.*
              cls.weight             -> classifier.weight
              cls.bias               -> classifier.bias
              cls.seq_relationship.* -> alignment.*
              attention.query.*      -> phrases.query.*
              attention.key.*        -> phrases.key.*
              attention.value.*      -> ignore
              """);

  @Override
  public boolean opens(ModelFolder folder) {
    return folder.modelType().equals("visual_bert");
  }

  @Override
  public String system() {
    return "visual_bert";
  }

  @Override
  public RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options) {
    return TwoStreamModel.load(folder, options, NAMES, VisualBertProvider::parts);
  }

  private static TwoStreamModel.Parts parts(JsonNode json, Weights weights) {
    VisualBertConfig config = VisualBertConfig.of(json);
    VisualBertEncoder encoder = new VisualBertEncoder(config, weights);
    Map<Task, Head> heads = new EnumMap<>(Task.class);
    if (weights.has("classifier.weight")) {
      addClassifier(json, weights.at("classifier"), config.hiddenSize(), heads);
    }
    if (weights.has("words.transform.weight")) {
      UnaryOperator<Tensor> words =
          Heads.words(
              weights.at("words"), encoder.wordTable(), config.activation(), config.epsilon());
      UnaryOperator<Tensor> alignment = Heads.linear(weights.at("alignment"), config.hiddenSize());
      heads.put(Task.MASKED_WORDS, Head.of(s -> words.apply(sequence(s)), "prediction_logits"));
      heads.put(
          Task.ALIGNMENT, Head.of(s -> alignment.apply(s.pooled()), "seq_relationship_logits"));
    }
    if (weights.has("phrases.query.weight")) {
      heads.put(
          Task.PHRASE_REGIONS,
          Head.of(phrases(config, weights.at("phrases"))::scores, "phrase_region_logits"));
    }
    return new TwoStreamModel.Parts(encoder, config.featureSize(), heads, 0);
  }

  /** One layer for three classes, which differ in what they give it. */
  private static void addClassifier(
      JsonNode json, Weights weights, int size, Map<Task, Head> heads) {
    UnaryOperator<Tensor> classifier = Heads.linear(weights, size);
    String architectures = json.getList("architectures").toString();
    if (architectures.contains("MultipleChoice")) {
      heads.put(Task.FIT, Head.of(s -> classifier.apply(s.pooled()), "logits"));
    } else if (architectures.contains("VisualReasoning")) {
      heads.put(Task.ANSWER, Head.of(s -> classifier.apply(s.pooled()), "logits"));
    } else {
      heads.put(Task.ANSWER, Head.of(s -> classifier.apply(lastWord(s)), "logits"));
    }
  }

  /** The last token before the text's end, where the original puts the answer. */
  private static Tensor lastWord(Streams streams) {
    int place = Math.max(0, streams.tokens().present() - 2);
    return streams.text().narrow(1, place, 1).view(1, -1);
  }

  private static Tensor sequence(Streams streams) {
    return Tensor.cat(1, streams.text(), streams.regions());
  }

  private static PhraseAttention phrases(VisualBertConfig config, Weights weights) {
    int size = config.hiddenSize();
    int inner = size / config.heads();
    return new PhraseAttention(
        Heads.linear(weights.at("query"), size, inner),
        Heads.linear(weights.at("key"), size, inner),
        inner,
        weights.placement().device());
  }

  /** Scores of the regions for every place of the sequence, by one attention head. */
  private record PhraseAttention(Linear query, Linear key, int size, Device device) {
    Tensor scores(Streams streams) {
      Tensor queries = query.forward(sequence(streams));
      Tensor keys = key.forward(streams.regions());
      Tensor scores = queries.matmul(keys.transpose(1, 2)).mul(1 / Math.sqrt(size));
      Tensor bias = MaskBias.of(streams.inputs().mask(), MaskBias.LOWEST, device);
      return bias == null ? scores : scores.add(bias.view(1, 1, -1));
    }
  }
}
