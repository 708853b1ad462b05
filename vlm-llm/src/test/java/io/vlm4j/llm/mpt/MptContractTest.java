package io.vlm4j.llm.mpt;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class MptContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("mpt/foundry");
  }
}
