package io.vlm4j.cli;

import io.vlm4j.audio.Audio;
import io.vlm4j.config.JsonNode;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.InvalidPromptException;
import io.vlm4j.image.Image;
import io.vlm4j.image.VideoFile;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.List;

/** Prompts as JSON files; the paths of images are relative to the file. */
final class PromptFile {
  private final Path file;

  private PromptFile(Path file) {
    this.file = file;
  }

  static Prompt read(Path file) {
    try {
      return new PromptFile(file).prompt(JsonNode.read(file));
    } catch (InvalidModelException e) { // what is wrong with a JSON file here is the prompt
      throw new InvalidPromptException(e.getMessage(), e);
    }
  }

  private Prompt prompt(JsonNode json) {
    if (json.has("parts")) {
      return parts(json.getList("parts"));
    }
    if (json.has("query")) {
      return fewShot(json);
    }
    throw new InvalidPromptException(
        file + " has neither \"parts\" nor \"query\"; give one of them");
  }

  private Prompt parts(List<JsonNode> parts) {
    Prompt.Builder prompt = Prompt.builder();
    for (JsonNode part : parts) {
      if (part.has("text")) {
        prompt.text(part.getString("text"));
      } else if (part.has("image")) {
        prompt.image(image(part));
      } else if (part.has("video")) {
        prompt.video(video(part));
      } else if (part.has("audio")) {
        prompt.audio(Audio.read(file.toAbsolutePath().resolveSibling(part.getString("audio"))));
      } else {
        throw new InvalidPromptException(
            file + ": a part is " + part + "; expected a text, an image, a video or an audio");
      }
    }
    return prompt.build();
  }

  private Prompt fewShot(JsonNode json) {
    Prompt.Builder prompt = Prompt.builder();
    for (JsonNode example : json.getList("examples")) {
      String answer = example.getString("answer");
      if (example.has("question")) {
        prompt.example(image(example), example.getString("question"), answer);
      } else {
        prompt.example(image(example), answer);
      }
    }
    JsonNode query = json.get("query");
    if (query.has("question")) {
      prompt.query(image(query), query.getString("question"));
    } else {
      prompt.query(image(query));
    }
    return prompt.build();
  }

  /** The pictures that are named, or some of a file's. */
  private List<Image> video(JsonNode part) {
    JsonNode video = part.get("video");
    return video.isString()
        ? VideoFile.frames(
            file.toAbsolutePath().resolveSibling(video.asString()), part.getInt("frames", 8))
        : video.asList().stream().map(frame -> image(frame.asString())).toList();
  }

  private Image image(JsonNode node) {
    return image(node.getString("image"));
  }

  private Image image(String path) {
    return Image.read(file.toAbsolutePath().resolveSibling(path));
  }
}
