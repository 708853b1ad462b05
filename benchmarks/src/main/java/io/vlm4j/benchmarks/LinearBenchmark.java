package io.vlm4j.benchmarks;

import io.vlm4j.nn.Linear;
import io.vlm4j.tensor.Precision;
import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A linear layer by shape, rows and precision: a step, a prompt, an image. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LinearBenchmark {
  /** SmolLM2-135M's feed-forward and output layers, and one of a model of 1.1 billion. */
  @Param({"576x3072", "1536x576", "576x49152", "2048x5632"})
  public String shape;

  @Param({"1", "84", "257"})
  public int rows;

  @Param({"FP32", "BF16", "FP16", "INT8"})
  public Precision precision;

  private TensorScope scope;
  private Linear layer;
  private Tensor x;

  @Setup
  public void load() {
    String[] sizes = shape.split("x", -1);
    scope = TensorScope.open();
    layer = Weighted.linear(precision, Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
    x = Weighted.random(rows, Integer.parseInt(sizes[0]));
  }

  @TearDown
  public void close() {
    scope.close();
  }

  @Benchmark
  public int forward() {
    try (TensorScope step = TensorScope.open()) {
      return layer.forward(x).size(0);
    }
  }
}
