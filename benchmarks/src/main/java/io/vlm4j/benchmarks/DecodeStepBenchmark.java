package io.vlm4j.benchmarks;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.models.fusion.FusionModel;
import io.vlm4j.spi.DecodeState;
import io.vlm4j.spi.LanguageModel;
import io.vlm4j.tensor.Precision;
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

/** One greedy step of the embedded default after 100 positions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeStepBenchmark {
  private static final int CONTEXT = 100;

  @Param({"FP32", "AUTO", "BF16", "INT8"})
  public Precision precision;

  private VisionLanguageModel model;
  private LanguageModel language;
  private DecodeState state;

  @Setup
  public void load() {
    model = VisionLanguageModel.loadDefault(LoadOptions.DEFAULT.withPrecision(precision));
    language = ((FusionModel) model).language().model();
    state = language.newState(1, CONTEXT + 1);
    try (TensorScope prompt = TensorScope.open()) {
      language.forward(
          language.embed(new int[CONTEXT]).view(1, CONTEXT, language.hiddenSize()),
          state,
          LanguageModel.Logits.LAST);
    }
  }

  @TearDown
  public void close() {
    state.close();
    model.close();
  }

  @Benchmark
  public int step() {
    state.truncate(CONTEXT);
    try (TensorScope step = TensorScope.open()) {
      return language.step(new int[] {1}, state).size(0);
    }
  }
}
