package io.vlm4j.llm.falcon;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class FalconContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("falcon/alibi");
  }
}
