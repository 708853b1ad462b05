package io.vlm4j.benchmarks;

import io.vlm4j.config.JsonNode;
import io.vlm4j.nn.Attention;
import io.vlm4j.nn.KvState;
import io.vlm4j.nn.RotaryEmbedding;
import io.vlm4j.nn.RotaryScaling;
import io.vlm4j.tensor.Device;
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

/**
 * Attention of SmolLM2-135M (9 heads, 3 of keys and values): a step after a context, or a prompt.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {
  private static final int HEADS = 9;
  private static final int KEY_VALUE_HEADS = 3;
  private static final int HEAD_SIZE = 64;

  /** Positions before the new ones. */
  @Param({"0", "100", "1000"})
  public int context;

  @Param({"1", "84"})
  public int rows;

  private TensorScope scope;
  private Attention attention;
  private KvState state;
  private RotaryEmbedding.Angles angles;
  private Tensor x;

  @Setup
  public void load() {
    scope = TensorScope.open();
    int width = HEADS * HEAD_SIZE;
    int all = (HEADS + 2 * KEY_VALUE_HEADS) * HEAD_SIZE;
    attention =
        Attention.builder(HEADS, HEAD_SIZE)
            .keyValueHeads(KEY_VALUE_HEADS)
            .queryKeyValue(Weighted.linear(Precision.FP32, width, all))
            .output(Weighted.linear(Precision.FP32, width, width))
            .causal()
            .build();
    state = KvState.allocate(Device.CPU, 1, 1, KEY_VALUE_HEADS, context + rows, HEAD_SIZE);
    for (int i = 0; i < context; i++) {
      append(1, i);
      state.advance(1);
    }
    angles = rotary().at(context, rows);
    x = Weighted.random(1, rows, width);
  }

  @TearDown
  public void close() {
    state.close();
    scope.close();
  }

  @Benchmark
  public int forward() {
    try (TensorScope step = TensorScope.open()) {
      return attention.forward(x, state, 0, angles, null).size(0);
    }
  }

  private void append(int count, int start) {
    try (TensorScope step = TensorScope.open()) {
      Tensor one = Weighted.random(1, count, HEADS * HEAD_SIZE);
      attention.forward(one, state, 0, rotary().at(start, count), null);
    }
  }

  private static RotaryEmbedding rotary() {
    return new RotaryEmbedding(
        RotaryScaling.of(JsonNode.empty("the benchmark"), HEAD_SIZE, 10_000), Device.CPU);
  }
}
