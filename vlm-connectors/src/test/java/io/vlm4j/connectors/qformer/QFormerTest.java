package io.vlm4j.connectors.qformer;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.spi.Connector;
import io.vlm4j.spi.ConnectorContract;
import io.vlm4j.spi.ImageFeatures;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QFormerTest extends ConnectorContract {
  @TempDir private Path folder;

  @Override
  protected Connector connector() {
    TinyModels.qformer(folder, 6, 8);
    Weights weights =
        Weights.of(SafetensorsFile.open(folder.resolve("model.safetensors")), Placement.REFERENCE);
    JsonNode config = JsonNode.read(folder.resolve("config.json"));
    Connector connector = new QFormerProvider().load(config, weights);
    weights.requireAllRead();
    return connector;
  }

  @Override
  protected int expectedTokens() {
    return 5;
  }

  @Test
  void anInstructionIsRefusedWhereNoTextIsRead() {
    try (QFormer qformer = (QFormer) connector();
        TensorScope scope = TensorScope.open()) {
      ImageFeatures image = new ImageFeatures(Tensor.of(new float[24], 1, 4, 6), 0, 2, 2);
      assertThrows(InvalidPromptException.class, () -> qformer.connect(image, 1, 2));
    }
  }

  @Test
  void impossibleAndUnknownShapesAreRefused() {
    JsonNode heads = JsonNode.parse("{\"num_attention_heads\": 7}", "config.json");
    JsonNode relative =
        JsonNode.parse("{\"position_embedding_type\": \"relative_key\"}", "config.json");
    assertThrows(InvalidModelException.class, () -> QFormerConfig.of(heads, 32, 8, false));
    assertThrows(UnsupportedModelException.class, () -> QFormerConfig.of(relative, 32, 8, true));
  }
}
