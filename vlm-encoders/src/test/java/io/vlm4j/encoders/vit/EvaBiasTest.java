package io.vlm4j.encoders.vit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** EVA's own files hold biases of queries and values; the hub's join them around zeros. */
class EvaBiasTest {
  private static final String FUSED = "self_attn.qkv.bias";

  private static final JsonNode CONFIG =
      JsonNode.read(TestData.path("blip2/opt/config.json")).get("vision_config");

  @TempDir Path folder;
  private int files;

  @Test
  void splitBiasesEqualFusedOnes() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> fused = new LinkedHashMap<>(tower());
      Map<String, Tensor> split = new LinkedHashMap<>(tower());
      for (String name : fusedBiases()) {
        Tensor bias = split.remove(name);
        int size = bias.size(0) / 3;
        Tensor query = bias.narrow(0, 0, size).contiguous();
        Tensor value = bias.narrow(0, 2L * size, size).contiguous();
        String block = name.substring(0, name.length() - FUSED.length()) + "self_attn.";
        fused.put(name, Tensor.cat(0, query, Tensor.of(new float[size], size), value));
        split.put(block + "q_bias", query);
        split.put(block + "v_bias", value);
      }
      assertArrayEquals(encode(CONFIG, fused), encode(CONFIG, split));
    }
  }

  @Test
  void noBiasesEqualZeroOnes() {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> zero = new LinkedHashMap<>(tower());
      Map<String, Tensor> none = new LinkedHashMap<>(tower());
      for (String name : fusedBiases()) {
        int size = none.remove(name).size(0);
        zero.put(name, Tensor.of(new float[size], size));
      }
      String off = CONFIG.toString().replace("\"qkv_bias\":true", "\"qkv_bias\":false");
      JsonNode unbiased = JsonNode.parse(off, "config");
      assertArrayEquals(encode(CONFIG, zero), encode(unbiased, none), 1e-5f);
      assertThrows(InvalidModelException.class, () -> encode(CONFIG, none));
      assertThrows(InvalidModelException.class, () -> encode(unbiased, zero));
    }
  }

  /** The reference's tower of BLIP does not look at {@code qkv_bias}. */
  @Test
  void blipsTowerHasBiasesWhateverItsConfigurationSays() {
    try (TensorScope scope = TensorScope.open()) {
      String silent = CONFIG.toString().replace("blip_2_vision_model", "blip_vision_model");
      String off = silent.replace("\"qkv_bias\":true", "\"qkv_bias\":false");
      Map<String, Tensor> tower = tower();
      assertArrayEquals(
          encode(JsonNode.parse(silent, "config"), tower),
          encode(JsonNode.parse(off, "config"), tower));
    }
  }

  private static Map<String, Tensor> tower() {
    SafetensorsFile file = SafetensorsFile.open(TestData.path("blip2/opt/model.safetensors"));
    Map<String, Tensor> tower = new LinkedHashMap<>();
    file.names().stream()
        .filter(name -> name.startsWith("vision_model."))
        .forEach(name -> tower.put(name, file.load(name)));
    return tower;
  }

  private static List<String> fusedBiases() {
    return SafetensorsFile.open(TestData.path("blip2/opt/model.safetensors")).names().stream()
        .filter(name -> name.startsWith("vision_model.") && name.endsWith(FUSED))
        .toList();
  }

  private float[] encode(JsonNode config, Map<String, Tensor> tensors) {
    Path file = folder.resolve(files++ + ".safetensors");
    SafetensorsWriter.write(file, tensors, Map.of());
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
