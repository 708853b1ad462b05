package io.vlm4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes PEFT folders. */
final class Adapters {
  private static final String CONFIG = "adapter_config.json";
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final int RANK = 2;

  private Adapters() {}

  /** A copy of an adapter of {@code testdata/lora} with another base. */
  static Path copy(String name, Path folder, Object base) throws IOException {
    Path source = TestData.path("lora/" + name);
    Files.createDirectories(folder);
    Files.write(folder.resolve(WEIGHTS), Files.readAllBytes(source.resolve(WEIGHTS)));
    Files.writeString(
        folder.resolve(CONFIG),
        Files.readString(source.resolve(CONFIG))
            .replaceFirst(
                "(\"base_model_name_or_path\": )\"[^\"]*\"",
                "$1\"" + base.toString().replace('\\', '/') + "\""));
    return folder;
  }

  /** An adapter of random numbers. */
  static Path random(Path folder, Object base, int in, int out, List<String> modules) {
    Map<String, long[]> shapes = new TreeMap<>();
    modules.forEach(module -> shapes.put(module, new long[] {out, in}));
    return random(folder, base, shapes);
  }

  /** An adapter of random numbers on weights of these shapes. */
  static Path random(Path folder, Object base, Map<String, long[]> modules) {
    TinyModels.write(
        folder.resolve(CONFIG),
        """
        {"peft_type": "LORA", "r": %d, "lora_alpha": 4, "base_model_name_or_path": "%s"}
        """
            .formatted(RANK, base.toString().replace('\\', '/')));
    Map<String, long[]> shapes = new TreeMap<>();
    modules.forEach(
        (module, shape) -> {
          String path = "base_model.model." + module;
          shapes.put(path + ".lora_A.weight", new long[] {RANK, shape[1]});
          shapes.put(path + ".lora_B.weight", new long[] {shape[0], RANK});
        });
    TinyModels.randomWeights(folder.resolve(WEIGHTS), shapes);
    return folder;
  }
}
