package io.vlm4j.examples;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.image.Image;
import java.nio.file.Path;

/** {@code Caption IMAGE [MODEL]}: describes an image, with the embedded default or a folder. */
public final class Caption {
  private Caption() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    Image image = Image.read(Path.of(arguments[0]));
    try (VisionLanguageModel vlm =
        arguments.length > 1
            ? VisionLanguageModel.load(Path.of(arguments[1]))
            : VisionLanguageModel.loadDefault()) {
      System.out.println(vlm.caption(image));
    }
  }
}
