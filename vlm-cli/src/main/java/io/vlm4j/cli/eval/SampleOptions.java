package io.vlm4j.cli.eval;

import io.vlm4j.data.Sample;
import picocli.CommandLine.Option;

/** Which part of a data set counts. */
final class SampleOptions {
  @Option(names = "--limit", paramLabel = "N", description = "Take at most N (default: all).")
  private int limit = Integer.MAX_VALUE;

  @Option(names = "--every", paramLabel = "N", description = "Take every N-th only (default: 1).")
  private int every = 1;

  Sample sample() {
    return new Sample(every, limit);
  }
}
