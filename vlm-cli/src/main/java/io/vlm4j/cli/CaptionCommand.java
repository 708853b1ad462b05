package io.vlm4j.cli;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.VlmException;
import io.vlm4j.generate.Generation;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Captions images. */
@Command(name = "caption", description = "Describe images, a sentence each.")
final class CaptionCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Image files.")
  private List<Path> images;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter errors = spec.commandLine().getErr();
    images.forEach(Images::requireReadable);
    int failures = 0;
    try (VisionLanguageModel model = modelOptions.load();
        Progress progress = Progress.images(images.size())) {
      for (Path image : images) {
        try {
          print(image, model.generate(Prompt.caption(Image.read(image)), decoding.options()));
        } catch (VlmException e) {
          if (images.size() == 1) {
            throw e;
          }
          errors.println("vlm: " + e.getMessage()); // the other images still get theirs
          failures++;
        }
        progress.step();
      }
    }
    return failures == 0 ? 0 : 1;
  }

  private void print(Path image, Generation generation) {
    String caption = generation.text().strip();
    if (json) {
      System.out.println(
          Generations.toJson(
              new Json().put("image", image.toString()).put("caption", caption), generation));
    } else {
      System.out.println(images.size() == 1 ? caption : image + ": " + caption);
    }
  }
}
