package io.vlm4j.llm.lstm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;
import io.vlm4j.tensor.Placement;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LstmContractTest extends LanguageModelContract {
  private static final String CAPTIONER = "show_and_tell/two_layers/";

  private static final NameMap WITHOUT_THE_IMAGE =
      NameMap.parse(
          """
          cnn.*         -> ignore
          img_embed.*   -> ignore
          *             -> *
          """);

  @Override
  protected LanguageModel model() {
    return load(JsonNode.read(TestData.path(CAPTIONER + "config.json")));
  }

  @Test
  void layersAreCountedWhereTheConfigurationDoesNotSayThem() {
    JsonNode config =
        JsonNode.of(Map.of("vocab_size", 26, "embed_size", 6, "hidden_size", 10), "config");
    try (LanguageModel counted = load(config);
        LanguageModel said = model()) {
      assertEquals(said.stepBytes(), counted.stepBytes());
    }
  }

  @Test
  void anotherShapeThanTheCheckpointsIsRefused() {
    JsonNode deeper =
        JsonNode.of(
            Map.of("vocab_size", 26, "embed_size", 6, "hidden_size", 10, "num_layers", 3),
            "config");
    InvalidModelException e = assertThrows(InvalidModelException.class, () -> load(deeper));
    assertTrue(e.getMessage().contains("lstm.weight_ih_l2"), e.getMessage());
  }

  private static LanguageModel load(JsonNode config) {
    Weights weights =
        Weights.of(
            SafetensorsFile.open(TestData.path(CAPTIONER + "model.safetensors")),
            WITHOUT_THE_IMAGE,
            Placement.REFERENCE);
    LanguageModel model = new LstmProvider().load(config, weights);
    weights.requireAllRead();
    return model;
  }
}
