package io.vlm4j.cli;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
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

/** Gives the vectors of images and texts. */
@Command(
    name = "embed",
    description =
        "Print where images and texts lie in the space that they share, a JSON line each.")
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
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write a safetensors file (image_embeds, text_embeds; names in its metadata) instead.")
  private Path out;

  @SuppressWarnings("UnusedVariable") // every command takes it; this one prints nothing else
  @Option(names = "--json", description = "One JSON object a line, as without it.")
  private boolean json;

  @Override
  public Integer call() {
    if (paths.isEmpty() && texts.isEmpty()) {
      throw new InvalidOptionException("nothing to embed; give images, or texts with --text");
    }
    if (texts.stream().anyMatch(String::isBlank)) {
      throw new InvalidOptionException("a --text is empty");
    }
    List<Path> images = Images.files(paths);
    Path folder = modelOptions.requiredFolder("embed", DualEncoders.modelTypes());
    try (DualEncoder model = DualEncoder.load(folder, modelOptions.loadOptions())) {
      List<ImageTextEmbedding> seen = embedImages(model, images);
      List<ImageTextEmbedding> read = model.embedTexts(texts);
      if (out != null) {
        write(images, seen, read);
        return 0;
      }
      for (int i = 0; i < seen.size(); i++) {
        print("image", images.get(i).toString(), seen.get(i));
      }
      for (int i = 0; i < read.size(); i++) {
        print("text", texts.get(i), read.get(i));
      }
    }
    return 0;
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

  /** One vector as a list, several as a list of lists. */
  private static void print(String kind, String name, ImageTextEmbedding embedding) {
    Object vectors =
        embedding.count() == 1
            ? embedding.vector(0)
            : IntStream.range(0, embedding.count()).mapToObj(embedding::vector).toList();
    System.out.println(new Json().put(kind, name).put("embedding", vectors));
  }

  private void write(
      List<Path> images, List<ImageTextEmbedding> seen, List<ImageTextEmbedding> read) {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      if (!seen.isEmpty()) {
        tensors.put("image_embeds", stack(seen));
        metadata.put("images", Json.list(images.stream().map(Path::toString).toList()));
      }
      if (!read.isEmpty()) {
        tensors.put("text_embeds", stack(read));
        metadata.put("texts", Json.list(texts));
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
}
