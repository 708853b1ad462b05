package io.vlm4j.llm.bert;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.bert.BertConfig;
import io.vlm4j.nn.bert.BertNames;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.Weights;
import java.util.Set;

/** Opens BLIP's text decoder. */
public final class BertProvider implements LanguageModelProvider {
  @Override
  public Set<String> modelTypes() {
    return Set.of("blip_text_model");
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return BertDecoder.load(BertConfig.of(config), weights.mapped(BertNames.BLIP));
  }
}
