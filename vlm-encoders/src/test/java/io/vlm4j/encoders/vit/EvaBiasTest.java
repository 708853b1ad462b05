package io.vlm4j.encoders.vit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.spi.FeatureSelection;
import io.vlm4j.spi.VisionEncoder;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsFile;
import io.vlm4j.weights.SafetensorsWriter;
import io.vlm4j.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EVA's own files hold biases of queries and values; the hub's join them around zeros. */
class EvaBiasTest {
  private static final String FUSED = "self_attn.qkv.bias";

  @Test
  void splitBiasesEqualFusedOnes(@TempDir Path folder) {
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsFile file = SafetensorsFile.open(TestData.path("blip2/opt/model.safetensors"));
      Map<String, Tensor> fused = new LinkedHashMap<>();
      Map<String, Tensor> split = new LinkedHashMap<>();
      for (String name : file.names()) {
        if (!name.startsWith("vision_model.")) {
          continue;
        }
        Tensor tensor = file.load(name);
        if (name.endsWith(FUSED)) {
          int size = tensor.size(0) / 3;
          Tensor query = tensor.narrow(0, 0, size).contiguous();
          Tensor value = tensor.narrow(0, 2L * size, size).contiguous();
          String block = name.substring(0, name.length() - FUSED.length()) + "self_attn.";
          fused.put(name, Tensor.cat(0, query, Tensor.of(new float[size], size), value));
          split.put(block + "q_bias", query);
          split.put(block + "v_bias", value);
        } else {
          fused.put(name, tensor);
          split.put(name, tensor);
        }
      }
      assertArrayEquals(
          encode(folder.resolve("fused.safetensors"), fused),
          encode(folder.resolve("split.safetensors"), split));
    }
  }

  private static float[] encode(Path file, Map<String, Tensor> tensors) {
    SafetensorsWriter.write(file, tensors, Map.of());
    JsonNode config = JsonNode.read(TestData.path("blip2/opt/config.json")).get("vision_config");
    Weights weights = Weights.of(SafetensorsFile.open(file), Placement.REFERENCE);
    try (VisionEncoder encoder = new VitProvider().load(config, weights)) {
      weights.requireAllRead();
      float[] pixels = new float[3 * 28 * 28];
      Random random = new Random(3);
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = random.nextFloat();
      }
      Tensor image = Tensor.of(pixels, 1, 3, 28, 28);
      return encoder.encode(image, FeatureSelection.LAST).hiddenStates().toFloats();
    }
  }
}
