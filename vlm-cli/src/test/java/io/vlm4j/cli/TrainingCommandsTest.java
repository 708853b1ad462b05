package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingCommandsTest extends CommandTestBase {
  @Test
  void aConnectorThenInstructionsThenACaption() {
    Path images = images();
    Path captions = TinyModels.write(temporary.resolve("c.tsv"), "small.png\ta small thing\n");
    Path first = temporary.resolve("first");
    List<JsonNode> lines =
        succeeds(
                "train-connector",
                "--encoder",
                TestData.path(TinyModels.ENCODER).toString(),
                "--lm",
                TestData.path(TinyModels.LANGUAGE_MODEL).toString(),
                "--images",
                images.toString(),
                "--captions",
                captions.toString(),
                "--steps",
                "3",
                "--json",
                "--out",
                first.toString())
            .json();
    assertEquals(
        List.of("begin", "step", "step", "step", "checkpoint", "end"),
        lines.stream().map(line -> line.getString("event")).toList());
    Path second = temporary.resolve("second");
    lines =
        succeeds(
                instruct(
                    first,
                    images,
                    "--epochs",
                    "2",
                    "--lora-rank",
                    "2",
                    "--lora-targets",
                    "q_proj,down_proj",
                    "--json",
                    "--out",
                    second.toString()))
            .json();
    assertEquals(2, lines.get(0).getInt("steps"));
    assertTrue(lines.get(1).getDouble("loss") > 0);
    String caption =
        succeeds("caption", "--model", second.toString(), "--max-new-tokens", "3", SMALL).out();
    assertTrue(caption.endsWith("\n"), caption);
  }

  /** Its language model is a GGUF file. */
  @Test
  void theEmbeddedDefaultTakesAnAdapter() {
    Path out = temporary.resolve("out");
    String[] command =
        instruct(
            Path.of("default"),
            images(),
            "--steps",
            "1",
            "--lora-targets",
            "v_proj",
            "--out",
            out.toString(),
            "--json");
    assertTrue(succeeds(command).json().get(1).getDouble("loss") > 0);
    String caption = succeeds("caption", "--model", out.toString(), SMALL).out();
    assertFalse(caption.isBlank());
  }

  @Test
  void optionsThatDoNotGoTogether() {
    Path model = TinyModels.assembled(temporary.resolve("model"));
    Path images = images();
    String out = temporary.resolve("out").toString();
    assertFails(
        2,
        List.of(instruct(model, images, "--steps", "1", "--train", "some", "--out", out)),
        "--train is 'some'; expected lora, full or none");
    assertFails(
        2,
        List.of(
            instruct(
                model,
                images,
                "--steps",
                "1",
                "--train",
                "full",
                "--lora-rank",
                "2",
                "--out",
                out)),
        "need --train lora");
    assertFails(
        2, List.of(instruct(model, images, "--out", out)), "give either --steps or --epochs");
  }

  private String[] instruct(Path model, Path images, String... more) {
    Path data =
        TinyModels.write(
            temporary.resolve("data.json"),
            """
            [{"id": "1", "image": "small.png", "conversations": [
              {"from": "human", "value": "<image>\\nwhat is it"},
              {"from": "gpt", "value": "a small thing"}]}]
            """);
    List<String> command =
        List.of(
            "train-instruct",
            "--model",
            model.toString(),
            "--images",
            images.toString(),
            "--data",
            data.toString());
    return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
  }

  private Path images() {
    Path folder = temporary.resolve("images");
    try {
      Files.createDirectories(folder);
      Files.copy(Path.of(SMALL), folder.resolve("small.png"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }
}
