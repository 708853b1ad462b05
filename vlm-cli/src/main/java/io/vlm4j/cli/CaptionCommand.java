package io.vlm4j.cli;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.VlmException;
import io.vlm4j.generate.Generation;
import io.vlm4j.image.Image;
import io.vlm4j.prompt.Prompt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description = "Image files, or folders of them.")
  private List<Path> paths;

  @Option(
      names = "--batch",
      defaultValue = "8",
      description = "Images that are captioned together (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Spec private CommandSpec spec;

  private boolean single;
  private int failures;

  @Override
  public Integer call() {
    if (batch < 1) {
      throw new InvalidOptionException("--batch is " + batch + "; expected 1 or more");
    }
    List<Path> images = Images.files(paths);
    single = images.size() == 1;
    try (VisionLanguageModel model = modelOptions.load();
        Progress progress = Progress.images(images.size())) {
      for (int from = 0; from < images.size(); from += batch) {
        caption(model, images.subList(from, Math.min(images.size(), from + batch)), progress);
      }
    }
    return failures == 0 ? 0 : 1;
  }

  private void caption(VisionLanguageModel model, List<Path> files, Progress progress) {
    List<Path> readable = new ArrayList<>();
    List<Prompt> prompts = new ArrayList<>();
    for (Path file : files) {
      try {
        prompts.add(Prompt.caption(Image.read(file)));
        readable.add(file);
      } catch (VlmException e) {
        fail(e);
        progress.step();
      }
    }
    try {
      List<Generation> generations = model.generate(prompts, decoding.options());
      for (int i = 0; i < generations.size(); i++) {
        print(readable.get(i), generations.get(i));
        progress.step();
      }
    } catch (VlmException e) {
      fail(e);
      readable.forEach(file -> progress.step());
    }
  }

  /** The other images still get their captions. */
  private void fail(VlmException e) {
    if (single) {
      throw e;
    }
    PrintWriter errors = spec.commandLine().getErr();
    errors.println("vlm: " + e.getMessage());
    failures++;
  }

  private void print(Path image, Generation generation) {
    String caption = generation.text().strip();
    if (json) {
      System.out.println(
          Generations.toJson(
              new Json().put("image", image.toString()).put("caption", caption), generation));
    } else {
      System.out.println(single ? caption : image + ": " + caption);
    }
  }
}
