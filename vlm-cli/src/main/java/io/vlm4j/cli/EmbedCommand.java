package io.vlm4j.cli;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.JointEmbedder;
import io.vlm4j.audio.Audio;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.image.Image;
import io.vlm4j.models.DualEncoders;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives the vectors of images, texts and sounds. */
@Command(
    name = "embed",
    description =
        "Print where images, texts and sounds lie in the space that they share, a JSON line each.")
final class EmbedCommand implements Callable<Integer> {
  private static final int BATCH = 16;

  @Mixin private ModelOptions modelOptions;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*",
      description = "Image files, or folders of them.")
  private List<Path> paths = List.of();

  @Option(names = "--text", paramLabel = "TEXT", description = "A text; may come several times.")
  private List<String> texts = List.of();

  @Option(
      names = "--audio",
      paramLabel = "FILE",
      description = "A sound file, for models that hear (ImageBind); may come several times.")
  private List<Path> sounds = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write a safetensors file (image_embeds, text_embeds, audio_embeds; names in its"
              + " metadata) instead.")
  private Path out;

  @SuppressWarnings("UnusedVariable") // every command takes it; this one prints nothing else
  @Option(names = "--json", description = "One JSON object a line, as without it.")
  private boolean json;

  @Override
  public Integer call() {
    if (paths.isEmpty() && texts.isEmpty() && sounds.isEmpty()) {
      throw new InvalidOptionException(
          "nothing to embed; give images, texts with --text, or sounds with --audio");
    }
    if (texts.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException("a --text is empty");
    }
    List<Path> images = Images.files(paths);
    Path folder = modelOptions.requiredFolder("embed", DualEncoders.modelTypes());
    try (DualEncoder model = DualEncoder.load(folder, modelOptions.loadOptions())) {
      List<Embedded> all =
          List.of(
              new Embedded("image", names(images), embedImages(model, images)),
              new Embedded("text", texts, model.embedTexts(texts)),
              new Embedded("audio", names(sounds), embedSounds(model, folder)));
      if (out == null) {
        all.forEach(Embedded::print);
      } else {
        write(all);
      }
    }
    return 0;
  }

  private static List<String> names(List<Path> files) {
    return files.stream().map(Path::toString).toList();
  }

  private List<ImageTextEmbedding> embedSounds(DualEncoder model, Path folder) {
    if (sounds.isEmpty()) {
      return List.of();
    }
    if (model instanceof JointEmbedder joint) {
      return joint.embedAudio(sounds.stream().map(Audio::read).toList());
    }
    throw new InvalidOptionException(
        folder + " takes no sounds; --audio needs a model that hears (imagebind)");
  }

  private static List<ImageTextEmbedding> embedImages(DualEncoder model, List<Path> files) {
    List<ImageTextEmbedding> embeddings = new ArrayList<>();
    try (Progress progress = Progress.images(files.size())) {
      for (int from = 0; from < files.size(); from += BATCH) {
        List<Path> batch = files.subList(from, Math.min(files.size(), from + BATCH));
        embeddings.addAll(model.embedImages(batch.stream().map(Image::read).toList()));
        progress.step(batch.size());
      }
    }
    return embeddings;
  }

  private void write(List<Embedded> all) {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      for (Embedded some : all) {
        if (!some.embeddings.isEmpty()) {
          tensors.put(some.kind + "_embeds", stack(some.embeddings));
          metadata.put(some.kind + "s", Json.list(some.names));
        }
      }
      SafetensorsWriter.write(out, tensors, metadata);
    }
  }

  /** [N, E], or [N, V, E] where each has several vectors. */
  private static Tensor stack(List<ImageTextEmbedding> embeddings) {
    int count = embeddings.get(0).count();
    int size = embeddings.get(0).size();
    float[] values = new float[embeddings.size() * count * size];
    for (int i = 0; i < embeddings.size() * count; i++) {
      float[] vector = embeddings.get(i / count).vector(i % count);
      System.arraycopy(vector, 0, values, i * size, size);
    }
    return count == 1
        ? Tensor.of(values, embeddings.size(), size)
        : Tensor.of(values, embeddings.size(), count, size);
  }

  /** What was embedded of one kind. */
  private record Embedded(String kind, List<String> names, List<ImageTextEmbedding> embeddings) {
    /** A JSON line each: one vector as a list, several as a list of lists. */
    void print() {
      for (int i = 0; i < names.size(); i++) {
        ImageTextEmbedding embedding = embeddings.get(i);
        Object vectors =
            embedding.count() == 1
                ? embedding.vector(0)
                : IntStream.range(0, embedding.count()).mapToObj(embedding::vector).toList();
        System.out.println(new Json().put(kind, names.get(i)).put("embedding", vectors));
      }
    }
  }
}
