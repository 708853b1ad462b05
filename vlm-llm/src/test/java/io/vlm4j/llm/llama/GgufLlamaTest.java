package io.vlm4j.llm.llama;

import io.vlm4j.LeakCheck;
import io.vlm4j.TestData;
import io.vlm4j.golden.Golden;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModel.Logits;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.GgufConfig;
import io.vlm4j.weights.GgufFile;
import io.vlm4j.weights.GgufNames;
import io.vlm4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class GgufLlamaTest {
  @Test
  void aConvertedModelHasTheLogitsOfTheHubs() {
    Golden golden = Golden.of("llama/gqa_tied").get(0);
    int[] prompt = golden.ints("input_ids");
    GgufFile file = GgufFile.open(TestData.path("gguf/llama.gguf"));
    Weights weights = Weights.of(file, GgufNames.LLAMA, Placement.REFERENCE);
    try (LanguageModel model = new LlamaProvider().load(GgufConfig.toHubConfig(file), weights);
        DecodeState state = model.newState(1, prompt.length);
        TensorScope scope = TensorScope.open();
        Trace trace = Trace.start()) {
      Tensor embeddings = model.embed(prompt).view(1, prompt.length, model.hiddenSize());
      Tensor logits = model.forward(embeddings, state, Logits.ALL);
      Trace.record("logits", () -> logits.view(prompt.length, model.vocabularySize()));
      golden.assertClose("logits", trace.tensors().get("logits"));
    }
    weights.requireAllRead();
  }
}
