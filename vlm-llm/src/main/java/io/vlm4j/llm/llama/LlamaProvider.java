package io.vlm4j.llm.llama;

import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelProvider;
import io.vlm4j.weights.Weights;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens the LLaMA family. */
public final class LlamaProvider implements LanguageModelProvider {
  @Override
  public Set<String> modelTypes() {
    return Arrays.stream(LlamaFamily.values())
        .map(LlamaFamily::modelType)
        .collect(Collectors.toSet());
  }

  @Override
  public LanguageModel load(JsonNode config, Weights weights) {
    return LlamaFamily.of(config.getString("model_type")).orElseThrow().load(config, weights);
  }
}
