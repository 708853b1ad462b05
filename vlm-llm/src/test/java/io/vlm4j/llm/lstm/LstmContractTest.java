package io.vlm4j.llm.lstm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.spi.LanguageModelContract;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.NameMap;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void layersWithoutBiasesAreThoseWithBiasesOfZero(@TempDir Path folder) {
    JsonNode config = JsonNode.read(TestData.path(CAPTIONER + "config.json"));
    Path zeros = folder.resolve("zeros.safetensors");
    Path none = folder.resolve("none.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsFile file = SafetensorsFile.open(TestData.path(CAPTIONER + "model.safetensors"));
      Map<String, Tensor> tensors = new TreeMap<>();
      file.names().forEach(name -> tensors.put(name, file.load(name)));
      tensors.replaceAll((name, tensor) -> name.startsWith("lstm.bias") ? tensor.mul(0) : tensor);
      SafetensorsWriter.write(zeros, tensors, Map.of());
      tensors.keySet().removeIf(name -> name.startsWith("lstm.bias"));
      SafetensorsWriter.write(none, tensors, Map.of());
      assertArrayEquals(logits(config, zeros), logits(config, none), 1e-6f);
    }
  }

  private static float[] logits(JsonNode config, Path file) {
    try (LanguageModel model = load(config, file);
        DecodeState state = model.newState(1, 4);
        TensorScope scope = TensorScope.open()) {
      Tensor words = model.embed(3, 1, 4, 15).view(1, 4, model.hiddenSize());
      return model.forward(words, state, LanguageModel.Logits.ALL).toFloats();
    }
  }

  private static LanguageModel load(JsonNode config) {
    return load(config, TestData.path(CAPTIONER + "model.safetensors"));
  }

  private static LanguageModel load(JsonNode config, Path file) {
    Weights weights =
        Weights.of(SafetensorsFile.open(file), WITHOUT_THE_IMAGE, Placement.REFERENCE);
    LanguageModel model = new LstmProvider().load(config, weights);
    weights.requireAllRead();
    return model;
  }
}
