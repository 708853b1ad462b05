package io.vlm4j.cli.golden;

import io.vlm4j.cli.Json;
import io.vlm4j.error.InvalidModelException;
import io.vlm4j.error.UnsupportedModelException;
import io.vlm4j.error.VlmException;
import io.vlm4j.tensor.TensorScope;
import io.vlm4j.trace.Comparison;
import io.vlm4j.trace.Trace;
import io.vlm4j.weights.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares everything below some folders with the reference outputs there. */
@Command(
    name = "verify",
    description = "Compare checkpoints with the reference outputs beside them.")
public final class VerifyCommand implements Callable<Integer> {
  /** Resizing may round to the next of 256 levels. */
  private static final double LEVEL = 1 / 255.0;

  private static final double SMALLEST_STD = 0.2;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Checkpoints or folders of them.")
  private List<Path> paths;

  @Option(names = "--json", description = "One JSON object a tensor.")
  private boolean json;

  private int cases;
  private int failures;

  @Override
  public Integer call() {
    for (Path path : paths) {
      for (Path checkpoint : checkpoints(path)) {
        verify(checkpoint);
      }
    }
    if (cases == 0) {
      throw new InvalidModelException("no golden/cases.json below " + paths);
    }
    if (!json) {
      System.out.printf("%d passed, %d failed%n", cases - failures, failures);
    }
    return failures == 0 ? 0 : 1;
  }

  private void verify(Path checkpoint) {
    List<GoldenCase> goldens = GoldenCase.of(checkpoint);
    try (GoldenRunner runner = GoldenRunner.open(checkpoint)) {
      for (GoldenCase golden : goldens) {
        report(golden, () -> compare(golden, runner.run(golden)));
      }
    } catch (VlmException e) {
      goldens.forEach(
          golden ->
              report(
                  golden,
                  () -> {
                    throw e;
                  }));
    }
  }

  private void report(GoldenCase golden, Callable<List<Comparison>> comparison) {
    cases++;
    String where = golden.checkpoint().getParent().getFileName() + "/" + golden;
    try {
      List<Comparison> tensors = comparison.call();
      boolean passed = tensors.stream().noneMatch(VerifyCommand::counts);
      failures += passed ? 0 : 1;
      tensors.forEach(tensor -> print(where, tensor));
    } catch (UnsupportedModelException e) {
      failures++;
      printError(where, "not supported: " + e.getMessage());
    } catch (Exception e) {
      failures++;
      printError(where, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static boolean counts(Comparison tensor) {
    return tensor.status() != Comparison.Status.EQUAL;
  }

  private static List<Comparison> compare(GoldenCase golden, Map<String, Trace.Recorded> actual) {
    SafetensorsFile reference = SafetensorsFile.open(golden.expected());
    List<Comparison> comparisons = new ArrayList<>();
    for (String name : reference.names()) {
      comparisons.add(compare(name, reference, actual.get(name)));
    }
    return comparisons;
  }

  private static Comparison compare(String name, SafetensorsFile reference, Trace.Recorded actual) {
    if (actual == null) {
      return Comparison.missing(name);
    }
    try (TensorScope scope = TensorScope.open()) {
      double tolerance = name.startsWith("pixel_values") ? LEVEL / SMALLEST_STD : 0;
      return Comparison.of(name, reference.load(name), actual, tolerance);
    }
  }

  private void print(String where, Comparison tensor) {
    if (json) {
      System.out.println(
          new Json()
              .put("case", where)
              .put("tensor", tensor.name())
              .put("status", tensor.status().toString())
              .put("error", tensor.error())
              .put("allowed", tensor.allowed()));
    } else {
      System.out.printf(
          "%-9s %-40s %-28s %10.3g of %.3g%n",
          tensor.status(), where, tensor.name(), tensor.error(), tensor.allowed());
    }
  }

  private void printError(String where, String message) {
    if (json) {
      System.out.println(
          new Json().put("case", where).put("status", "ERROR").put("message", message));
    } else {
      System.out.printf("%-9s %-40s %s%n", "ERROR", where, message);
    }
  }

  private static List<Path> checkpoints(Path path) {
    if (!Files.isDirectory(path)) {
      throw new InvalidModelException("no folder " + path);
    }
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(file -> file.endsWith(Path.of("golden", "cases.json")))
          .map(file -> file.getParent().getParent())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InvalidModelException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
