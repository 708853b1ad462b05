package io.vlm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.TinyModels;
import io.vlm4j.config.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that trains and is killed, and another that goes on. */
class KilledTrainingTest {
  private static final int STEPS = 200;

  @TempDir private Path temporary;

  @Test
  void aKilledRunEndsWithTheWeightsOfAnUnbrokenOne() throws Exception {
    Path images = Files.createDirectories(temporary.resolve("images"));
    for (String name : List.of("a.png", "b.png", "c.png")) {
      Files.copy(TestData.path("images/golden/small.png"), images.resolve(name));
    }
    TinyModels.write(
        temporary.resolve("captions.tsv"), "a.png\ta dog\nb.png\tthe red house\nc.png\ttwo\n");
    Path unbroken = temporary.resolve("unbroken");
    assertEquals(STEPS, run(start(unbroken), Integer.MAX_VALUE));
    Path killed = temporary.resolve("killed");
    int reached = run(start(killed), 12);
    assertTrue(reached >= 12 && reached < STEPS, "killed after step " + reached);
    assertEquals(STEPS, run(start(killed, "--resume"), Integer.MAX_VALUE));
    for (String file : List.of("training/checkpoint.safetensors", "connector/model.safetensors")) {
      assertArrayEquals(
          Files.readAllBytes(unbroken.resolve(file)),
          Files.readAllBytes(killed.resolve(file)),
          file);
    }
  }

  private Process start(Path out, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Vlm.class.getName(),
                "train-connector",
                "--encoder",
                TestData.path(TinyModels.ENCODER).toString(),
                "--lm",
                TestData.path(TinyModels.LANGUAGE_MODEL).toString(),
                "--images",
                temporary.resolve("images").toString(),
                "--captions",
                temporary.resolve("captions.tsv").toString(),
                "--steps",
                Integer.toString(STEPS),
                "--batch",
                "2",
                "--checkpoint-every",
                "5",
                "--threads",
                "1",
                "--json",
                "--out",
                out.toString()));
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .redirectError(temporary.resolve("errors.txt").toFile())
        .start();
  }

  /** Reads the steps that are done, and kills the process after some of them. */
  private int run(Process process, int killAfter) throws IOException, InterruptedException {
    int reached = 0;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JsonNode.parse(line, "a line of output");
        reached = Math.max(reached, event.getInt("step", 0));
        if (reached >= killAfter) {
          process.destroyForcibly();
          break;
        }
      }
    }
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    if (killAfter > STEPS) {
      assertEquals(0, process.exitValue(), Files.readString(temporary.resolve("errors.txt")));
    } else {
      assertNotEquals(0, process.exitValue());
    }
    return reached;
  }
}
