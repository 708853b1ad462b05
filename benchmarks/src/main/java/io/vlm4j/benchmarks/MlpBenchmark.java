package io.vlm4j.benchmarks;

import io.vlm4j.nn.Activation;
import io.vlm4j.nn.Mlp;
import io.vlm4j.nn.Residual;
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

/** A gated feed-forward sublayer of SmolLM2-135M by rows and precision. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MlpBenchmark {
  private static final int WIDTH = 576;
  private static final int INNER = 1536;

  @Param({"1", "84"})
  public int rows;

  @Param({"FP32", "FP16", "INT8"})
  public Precision precision;

  private TensorScope scope;
  private Mlp mlp;
  private Tensor x;

  @Setup
  public void load() {
    scope = TensorScope.open();
    mlp =
        Mlp.gated(
            null,
            Weighted.linear(precision, WIDTH, 2 * INNER),
            Activation.SILU,
            Weighted.linear(precision, INNER, WIDTH),
            Residual.plain());
    x = Weighted.random(1, rows, WIDTH);
  }

  @TearDown
  public void close() {
    scope.close();
  }

  @Benchmark
  public int forward() {
    try (TensorScope step = TensorScope.open()) {
      return mlp.forward(x).size(0);
    }
  }
}
