package io.vlm4j.cli.golden;

import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One case of a checkpoint: what goes in, and where the reference's outputs are.
 *
 * @param checkpoint the folder
 * @param json its entry in {@code golden/cases.json}
 */
record GoldenCase(Path checkpoint, JsonNode json) {
  /** All cases of a checkpoint. */
  static List<GoldenCase> of(Path checkpoint) {
    Path file = checkpoint.resolve("golden/cases.json");
    if (!Files.exists(file)) {
      throw new InvalidModelException(checkpoint + " has no golden/cases.json");
    }
    return JsonNode.read(file).getList("cases").stream()
        .map(json -> new GoldenCase(checkpoint, json))
        .toList();
  }

  /** One case by its name. */
  static GoldenCase find(Path checkpoint, String name) {
    List<GoldenCase> cases = of(checkpoint);
    return cases.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidOptionException(
                    checkpoint
                        + " has no case '"
                        + name
                        + "'; it has "
                        + String.join(", ", cases.stream().map(GoldenCase::name).toList())));
  }

  String name() {
    return json.getString("name");
  }

  /** The reference's tensors. */
  Path expected() {
    return checkpoint.resolve("golden").resolve(json.getString("expected_tensors"));
  }

  /** The images; of a JPEG the reference decoder's pixels where they lie beside it. */
  List<Image> images() {
    return imageFiles().stream()
        .map(
            file -> {
              Path decoded = file.resolveSibling(file.getFileName() + ".decoded.png");
              return Files.exists(decoded)
                  ? Image.readWithDecodedPixels(file, decoded)
                  : Image.read(file);
            })
        .toList();
  }

  List<Path> imageFiles() {
    return json.getList("images").stream()
        .map(image -> checkpoint.resolve("golden").resolve(image.asString()))
        .toList();
  }

  /** The prompt, if the case has a single one. */
  Optional<String> prompt() {
    return json.optional("prompt").filter(JsonNode::isString).map(JsonNode::asString);
  }

  /** The texts of a case that has several. */
  List<String> prompts() {
    return json.getList("prompt").stream().map(JsonNode::asString).toList();
  }

  /** How the reference generated; empty if it did not. */
  Optional<GenerationOptions> generation() {
    return json.optional("generation").map(GoldenCase::options);
  }

  /** The keys are those of {@code generation_config.json}. */
  private static GenerationOptions options(JsonNode json) {
    return GenerationConfig.of(json, json).defaults().toBuilder().keepLogits(true).build();
  }

  @Override
  public String toString() {
    return checkpoint.getFileName() + "/" + name();
  }
}
