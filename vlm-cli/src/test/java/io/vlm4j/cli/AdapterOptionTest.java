package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vlm4j.LoadOptions;
import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code --adapter}, which all commands share that load a model. */
class AdapterOptionTest extends CommandTestBase {
  private static final String LLAVA = TestData.path("llava/v1_5").toString();
  private static final Path ADAPTER = TestData.path("lora/llava");

  @Test
  void captionPrintsWhatTheApiGives() {
    String adapted = caption(LoadOptions.FP32.withAdapter(ADAPTER));
    assertNotEquals(caption(LoadOptions.FP32), adapted);
    String[] command = {
      "caption", "--model", LLAVA, "--adapter", ADAPTER.toString(), "--dtype", "fp32", PHOTO
    };
    assertEquals(adapted + "\n", succeeds(command).out());
  }

  @Test
  void oneThatDoesNotFitIsRefusedByAllCommands() {
    String llama = TestData.path("lora/llama").toString();
    String tensor = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    String prompt =
        TinyModels.write(temporary.resolve("p.json"), "{\"parts\": [{\"text\": \"a\"}]}")
            .toString();
    String opt = TestData.path("blip2/opt").toString();
    String clip = TestData.path("clip/vit_gelu").toString();
    String detr = TestData.path("detection/detr-tiny").toString();
    for (List<String> command :
        List.of(
            List.of("ask", "--model", opt, PHOTO, "What is it?"),
            List.of("generate", "--model", opt, "--prompt", prompt),
            List.of("bench", "--model", opt),
            List.of("classify", "--model", clip, "--labels", "a,b", PHOTO),
            List.of("detect", "--model", detr, PHOTO))) {
      List<String> adapted = new ArrayList<>(command);
      adapted.addAll(1, List.of("--adapter", llama));
      assertFails(1, adapted, "no weight in", tensor);
    }
  }

  @Test
  void chatModelsHaveTheirOwn() {
    List<String> command =
        List.of(
            "make-instructions",
            "--endpoint",
            "http://localhost:1/v1",
            "--api-model",
            "any",
            "--chat-adapter",
            ADAPTER.toString(),
            "--captions",
            TinyModels.write(temporary.resolve("c.tsv"), "a.jpg\ta dog\n").toString(),
            "--out",
            temporary.resolve("out.json").toString());
    assertFails(2, command, "--chat-adapter goes with --chat-model");
  }

  private static String caption(LoadOptions options) {
    try (VisionLanguageModel model = VisionLanguageModel.load(Path.of(LLAVA), options)) {
      return model.caption(Image.read(Path.of(PHOTO)));
    }
  }
}
