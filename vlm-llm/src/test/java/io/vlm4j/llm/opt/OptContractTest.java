package io.vlm4j.llm.opt;

import io.vlm4j.llm.TestModels;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;

class OptContractTest extends LanguageModelContract {
  @Override
  protected LanguageModel model() {
    return TestModels.load("opt/post_norm_proj");
  }
}
