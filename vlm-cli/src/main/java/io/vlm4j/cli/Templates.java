package io.vlm4j.cli;

import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.zeroshot.ZeroShotClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of templates for labels, a line each. */
public final class Templates {
  private Templates() {}

  /** The templates of a file; the usual one if it is null. */
  public static List<String> readOrDefault(Path file) {
    if (file == null) {
      return ZeroShotClassifier.DEFAULT_TEMPLATES;
    }
    try {
      return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new InvalidOptionException("cannot read the templates in " + file, e);
    }
  }
}
