package io.vlm4j.cli;

import io.vlm4j.DualEncoder;
import io.vlm4j.ImageTextEmbedding;
import io.vlm4j.ImageTextMatcher;
import io.vlm4j.image.Image;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how well texts go with an image. */
@Command(
    name = "match",
    description = "Compare texts with an image: cosine, and probability of a match.")
final class MatchCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "An image file.")
  private Path image;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "Texts.")
  private List<String> texts;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Override
  public Integer call() {
    Image picture = Image.read(image);
    try (DualEncoder encoder =
        DualEncoder.load(modelOptions.folder(), modelOptions.loadOptions())) {
      ImageTextEmbedding embedding = encoder.embed(picture);
      double[] matches =
          encoder instanceof ImageTextMatcher matcher ? matcher.match(picture, texts) : null;
      for (int i = 0; i < texts.size(); i++) {
        double cosine = embedding.similarity(encoder.embed(texts.get(i)));
        print(texts.get(i), cosine, matches == null ? null : matches[i]);
      }
    }
    return 0;
  }

  private void print(String text, double cosine, Double match) {
    if (json) {
      Json line = new Json().put("image", image.toString()).put("text", text).put("cosine", cosine);
      System.out.println(match == null ? line : line.put("match", match));
    } else {
      String probability = match == null ? "" : "match %.4f  ".formatted(match);
      System.out.printf("%scosine %7.4f  %s%n", probability, cosine, text);
    }
  }
}
