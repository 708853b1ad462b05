package io.vlm4j.llm.gptneox;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class GptNeoxContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("gpt_neox/partial");
  }
}
