package io.vlm4j.cli.golden;

import io.vlm4j.tensor.Tensor;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the tensors of one case. */
@Command(
    name = "trace",
    description = "Run one case of a checkpoint in float32 and write its tensors.")
public final class TraceCommand implements Callable<Integer> {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "The checkpoint.")
  private Path checkpoint;

  @Option(names = "--case", required = true, paramLabel = "NAME", description = "The case.")
  private String name;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  private Path out;

  @Override
  public Integer call() {
    GoldenCase golden = GoldenCase.find(checkpoint, name);
    try (GoldenRunner runner = GoldenRunner.open(checkpoint)) {
      write(runner.run(golden));
    }
    return 0;
  }

  private void write(Map<String, Trace.Recorded> recorded) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      recorded.forEach((tensorName, value) -> tensors.put(tensorName, value.toTensor()));
      SafetensorsWriter.write(out, tensors, Map.of("case", name));
    }
  }
}
