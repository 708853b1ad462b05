package io.vlm4j.models.twostream;

import io.vlm4j.LoadOptions;
import io.vlm4j.RegionQuestionAnswerer;
import io.vlm4j.config.JsonNode;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.RegionQuestionAnswererProvider;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.Weights;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Opens LXMERT: the body alone, with the head for answers, or with all of pre-training. */
public final class LxmertProvider implements RegionQuestionAnswererProvider {
  @Override
  public boolean opens(ModelFolder folder) {
    return folder.modelType().equals("lxmert");
  }

  @Override
  public String system() {
    return "lxmert";
  }

  @Override
  public RegionQuestionAnswerer load(ModelFolder folder, LoadOptions options) {
    return TwoStreamModel.load(folder, options, LxmertNames.NAMES, LxmertProvider::parts);
  }

  private static TwoStreamModel.Parts parts(JsonNode json, Weights weights) {
    LxmertConfig config = LxmertConfig.of(json);
    LxmertEncoder encoder = new LxmertEncoder(config, weights);
    int size = config.hiddenSize();
    Map<Task, Head> heads = new EnumMap<>(Task.class);
    if (weights.has("answers.up.weight")) {
      UnaryOperator<Tensor> answers = Heads.answers(weights.at("answers"), size, config.answers());
      heads.put(
          Task.ANSWER,
          Head.of(s -> answers.apply(s.pooled()), "logits", "question_answering_score"));
    }
    if (weights.has("words.transform.weight")) {
      UnaryOperator<Tensor> words =
          Heads.words(
              weights.at("words"), encoder.wordTable(), config.activation(), LxmertConfig.EPSILON);
      heads.put(Task.MASKED_WORDS, Head.of(s -> words.apply(s.text()), "prediction_logits"));
    }
    if (weights.has("alignment.weight")) {
      UnaryOperator<Tensor> alignment = Heads.linear(weights.at("alignment"), size);
      heads.put(
          Task.ALIGNMENT, Head.of(s -> alignment.apply(s.pooled()), "cross_relationship_score"));
    }
    if (weights.has("objects.transform.weight")) {
      addObjects(config, weights.at("objects"), heads);
    }
    return new TwoStreamModel.Parts(encoder, config.featureSize(), heads, 1);
  }

  /** One transform, and a layer for each thing that was predicted of a region. */
  private static void addObjects(LxmertConfig config, Weights weights, Map<Task, Head> heads) {
    UnaryOperator<Tensor> transform =
        Heads.transform(weights, config.hiddenSize(), config.activation(), LxmertConfig.EPSILON);
    Map<Task, String> names =
        Map.of(
            Task.MASKED_REGIONS, "obj",
            Task.REGION_ATTRIBUTES, "attr",
            Task.REGION_FEATURES, "feat");
    names.forEach(
        (task, name) -> {
          if (weights.has(name + ".weight")) {
            UnaryOperator<Tensor> layer =
                Heads.linear(weights.at(name), config.hiddenSize(), size(config, task))::forward;
            heads.put(
                task,
                Head.of(
                    s -> layer.apply(transform.apply(s.regions())), "obj_predict_head." + name));
          }
        });
  }

  private static int size(LxmertConfig config, Task task) {
    return switch (task) {
      case MASKED_REGIONS -> config.objects();
      case REGION_ATTRIBUTES -> config.attributes();
      default -> config.featureSize();
    };
  }
}
