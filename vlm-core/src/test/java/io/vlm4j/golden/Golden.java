package io.vlm4j.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vlm4j.TestData;
import io.vlm4j.config.JsonNode;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Media;
import io.vlm4j.prompt.Part;
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
    return read(TestData.path(IMAGES + name));
  }

  private static Image read(Path file) {
    Path decoded = file.resolveSibling(file.getFileName() + ".decoded.png");
    return Files.exists(decoded) ? Image.readWithDecodedPixels(file, decoded) : Image.read(file);
  }

  /** The case's name. */
  public String name() {
    return definition.getString("name");
  }

  /** The files of its pictures: the checkpoint's own, or those that all share. */
  public List<Path> imageFiles() {
    return definition.getList("images").stream().map(this::file).toList();
  }

  /** The pictures, with the reference's pixels. */
  public List<Image> images() {
    return imageFiles().stream().map(Golden::read).toList();
  }

  /** The prompt: its parts, or its text with placeholders. */
  public Prompt prompt() {
    List<JsonNode> images = definition.getList("images");
    String text = definition.getString("prompt", "");
    if (definition.has("parts")) {
      return Prompt.verbatim(definition.getList("parts").stream().map(this::part).toList());
    }
    return Prompt.rawMedia(text, images.stream().map(this::media).toList());
  }

  private Part part(JsonNode part) {
    return part.has("text")
        ? new Part.Text(part.getString("text"))
        : new Part.Picture(picture(part.get("image")));
  }

  private Media media(JsonNode frames) {
    return frames.isArray()
        ? new Media(frames.asList().stream().map(this::picture).toList())
        : Media.of(picture(frames));
  }

  private Image picture(JsonNode name) {
    return read(file(name));
  }

  /** Beside the case, or one of the pictures that several checkpoints share. */
  private Path file(JsonNode name) {
    Path beside = checkpoint.resolve("golden").resolve(name.asString());
    Path shared = Path.of(name.asString()).getFileName();
    return Files.exists(beside) ? beside : TestData.path(IMAGES + shared);
  }

  /** The tokens that the reference generated; some outputs have the prompt before them besides. */
  public int[] newIds() {
    return ints(expected().names().contains("new_ids") ? "new_ids" : "generated_ids");
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
