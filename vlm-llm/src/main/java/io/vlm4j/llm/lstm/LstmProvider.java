package io.vlm4j.llm.lstm;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.Weights;
import java.util.Set;

/**
 * Opens recurrent language models.
 *
 * <p>Configuration: {@code vocab_size}, {@code embed_size}, {@code hidden_size}; {@code num_layers}
 * is as many as the checkpoint has unless it is given.
 */
public final class LstmProvider implements LanguageModelProvider {
  private static final NameMap NAMES =
      NameMap.parse(
          """
          embed.*                -> embedding.*
          lstm.weight_ih_l{i}    -> layers.{i}.input.weight
          lstm.bias_ih_l{i}      -> layers.{i}.input.bias
          lstm.weight_hh_l{i}    -> layers.{i}.recurrent.weight
          lstm.bias_hh_l{i}      -> layers.{i}.recurrent.bias
          out.*                  -> output.*
          """);

  @Override
  public Set<String> modelTypes() {
    return Set.of("lstm");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    Weights named = weights.mapped(NAMES);
    return LstmModel.load(LstmConfig.of(config, Math.max(1, named.count("layers"))), named);
  }
}
