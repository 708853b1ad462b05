package io.vlm4j.llm.gpt2;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class Gpt2ContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("gpt2/base");
  }
}
