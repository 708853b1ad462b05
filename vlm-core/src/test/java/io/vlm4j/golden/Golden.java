package io.vlm4j.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.DType;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Comparison;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One case of a tiny checkpoint with the reference implementation's outputs. */
public record Golden(Path checkpoint, JsonNode definition) {
  private static final String IMAGES = "images/golden/";

  /** The cases of a checkpoint below {@code testdata} whose outputs the repository holds. */
  public static List<Golden> of(String checkpoint) {
    Path folder = TestData.path(checkpoint);
    return JsonNode.read(folder.resolve("golden/cases.json")).getList("cases").stream()
        .map(definition -> new Golden(folder, definition))
        .filter(golden -> Files.exists(golden.expectedFile()))
        .toList();
  }

  /** One case by its name. */
  public static Golden of(String checkpoint, String name) {
    return of(checkpoint).stream()
        .filter(golden -> golden.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(checkpoint + " has no case " + name));
  }

  /** A picture of the cases; of a JPEG the pixels that the reference's decoder gave. */
  public static Image image(String name) {
    Path file = TestData.path(IMAGES + name);
    Path decoded = file.resolveSibling(name + ".decoded.png");
    return Files.exists(decoded) ? Image.readWithDecodedPixels(file, decoded) : Image.read(file);
  }

  /** The case's name. */
  public String name() {
    return definition.getString("name");
  }

  /** The files of its pictures. */
  public List<Path> imageFiles() {
    return definition.getList("images").stream()
        .map(name -> TestData.path(IMAGES + Path.of(name.asString()).getFileName()))
        .toList();
  }

  /** The prompt with the reference's pixels. */
  public Prompt prompt() {
    return Prompt.raw(definition.getString("prompt", ""), images());
  }

  /** The pictures, with the reference's pixels. */
  public List<Image> images() {
    return imageFiles().stream().map(file -> image(file.getFileName().toString())).toList();
  }

  /** The texts of a case that has several. */
  public List<String> texts() {
    return definition.getList("prompt").stream().map(JsonNode::asString).toList();
  }

  /** How the reference generated, with all logits. */
  public GenerationOptions generation() {
    JsonNode json = definition.get("generation");
    return GenerationConfig.of(json, json).defaults().toBuilder().keepLogits(true).build();
  }

  /** The reference's tensors. */
  public SafetensorsFile expected() {
    return SafetensorsFile.open(expectedFile());
  }

  private Path expectedFile() {
    return checkpoint.resolve("golden").resolve(definition.getString("expected_tensors"));
  }

  /** A float tensor of the reference. */
  public Tensor tensor(String name) {
    return expected().load(name);
  }

  /** The integers of a reference tensor. */
  public int[] ints(String name) {
    try (TensorScope scope = TensorScope.open()) {
      return expected().load(name).to(DType.INT64).toInts();
    }
  }

  /** Checks all traced tensors whose names the reference has; those named must be among them. */
  public void assertMatches(Trace trace, String prefix, String... required) {
    SafetensorsFile reference = expected();
    for (String name : required) {
      assertTrue(trace.tensors().containsKey(prefix + name), () -> name + " was not computed");
    }
    trace
        .tensors()
        .forEach(
            (name, actual) -> {
              String plain = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
              if (reference.names().contains(plain)) {
                assertClose(plain, actual);
              }
            });
  }

  /** Checks one tensor within the tolerance of the reference outputs. */
  public void assertClose(String name, Trace.Recorded actual) {
    try (TensorScope scope = TensorScope.open()) {
      Comparison comparison = Comparison.of(name, tensor(name), actual, 0);
      assertEquals(Comparison.Status.EQUAL, comparison.status(), () -> name() + ": " + comparison);
    }
  }

  @Override
  public String toString() {
    return checkpoint.getFileName() + "/" + name();
  }
}
