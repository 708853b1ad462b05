package io.vlm4j.cli.golden;

import io.vlm4j.audio.Audio;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.generate.GenerationConfig;
import io.vlm4j.generate.GenerationOptions;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Media;
import io.vlm4j.prompt.Part;
import io.vlm4j.prompt.Prompt;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.weights.SafetensorsFile;
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
    return imageFiles().stream().map(GoldenCase::image).toList();
  }

  /** The image under a key of the case. */
  Image image(String key) {
    return image(file(json.get(key)));
  }

  List<Path> imageFiles() {
    return json.getList("images").stream().map(this::file).toList();
  }

  private Path file(JsonNode image) {
    return checkpoint.resolve("golden").resolve(image.asString());
  }

  private static Image image(Path file) {
    Path decoded = file.resolveSibling(file.getFileName() + ".decoded.png");
    return Files.exists(decoded) ? Image.readWithDecodedPixels(file, decoded) : Image.read(file);
  }

  /** The prompt as the model takes it: texts and images in parts, or one text with placeholders. */
  Prompt toPrompt() {
    if (json.has("parts")) {
      return Prompt.verbatim(json.getList("parts").stream().map(this::part).toList());
    }
    boolean videos = json.getList("images").stream().anyMatch(JsonNode::isArray);
    return videos
        ? Prompt.rawMedia(
            prompt().orElse(""), json.getList("images").stream().map(this::media).toList())
        : Prompt.raw(prompt().orElse(""), images());
  }

  private Part part(JsonNode part) {
    return part.has("text")
        ? new Part.Text(part.getString("text"))
        : new Part.Picture(image(file(part.get("image"))));
  }

  private Media media(JsonNode frames) {
    return new Media(frames.asList().stream().map(frame -> image(file(frame))).toList());
  }

  /**
   * True if {@code generated_ids} begin with the prompt, as those do whose reference is told in
   * versions; a reference told in words gives the new tokens alone.
   */
  boolean countsPrompt() {
    JsonNode cases = JsonNode.read(checkpoint.resolve("golden/cases.json"));
    return cases.optional("reference").map(JsonNode::isObject).orElse(true);
  }

  /** The prompt, if the case has a single one. */
  Optional<String> prompt() {
    return json.optional("prompt").filter(JsonNode::isString).map(JsonNode::asString);
  }

  /** The texts of a case that has several. */
  List<String> prompts() {
    return json.getList("prompt").stream().map(JsonNode::asString).toList();
  }

  /** The texts of a case that compares them with other things. */
  List<String> texts() {
    return json.getList("texts").stream().map(JsonNode::asString).toList();
  }

  /** The sounds that are files. */
  List<Audio> sounds() {
    return json.getList("audio").stream().map(this::file).map(Audio::read).toList();
  }

  /** An input that the case holds as a tensor, beside the expected ones. */
  Optional<Tensor> input(String name) {
    SafetensorsFile tensors = SafetensorsFile.open(expected());
    return tensors.names().contains(name) ? Optional.of(tensors.load(name)) : Optional.empty();
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
