package io.vlm4j.llm.llama;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class MistralContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("mistral/sliding");
  }
}
