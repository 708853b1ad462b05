package io.vlm4j.cli.eval;

import io.vlm4j.error.InvalidOptionException;
import picocli.CommandLine.Option;

/** How many go through a model together. */
final class BatchOption {
  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "How many go through the model together (default: ${DEFAULT-VALUE}).")
  private int batch;

  int size() {
    if (batch < 1) {
      throw new InvalidOptionException("--batch is " + batch + "; expected 1 or more");
    }
    return batch;
  }
}
