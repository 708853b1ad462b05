package io.vlm4j.cli.eval;

import io.vlm4j.eval.Sample;
import picocli.CommandLine.Option;

/** Which part of a data set counts. */
final class SampleOptions {
  @Option(names = "--limit", description = "The most that count (default: all).")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--every", description = "Each how-manieth counts (default: 1).")
  private int every = 1;

  Sample sample() {
    return new Sample(every, limit);
  }
}
