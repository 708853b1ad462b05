package io.vlm4j.llm.llama;

import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class LlamaContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return LlamaModelTest.load("llama/gqa_tied");
  }
}
