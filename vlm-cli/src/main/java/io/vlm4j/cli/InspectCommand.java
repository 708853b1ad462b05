package io.vlm4j.cli;

import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.HubCache;
import io.vlm4j.models.ModelFolder;
import io.vlm4j.models.summary.ModelSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a model folder holds, from its headers alone. */
@Command(name = "inspect", description = "Show a model's parts without loading its weights.")
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER_OR_HUB_ID",
      description = "The model; the embedded default if absent.")
  private String model;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    ModelFolder folder =
        ModelFolder.open(model == null ? DefaultModel.folder() : HubCache.resolve(model));
    ModelSummary summary = ModelSummary.of(folder);
    if (json) {
      System.out.println(toJson(summary));
    } else {
      print(summary);
    }
    return 0;
  }

  private static Json toJson(ModelSummary summary) {
    List<Map<String, Object>> parts = new ArrayList<>();
    for (ModelSummary.Part part : summary.parts()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("part", part.role());
      map.put("type", part.type());
      map.put("parameters", part.parameters());
      map.put("dtypes", part.dtypes());
      parts.add(map);
    }
    return new Json()
        .put("model", summary.path().toString())
        .put("system", summary.system())
        .put("supported", summary.supported())
        .put("parameters", summary.parameters())
        .put("parts", parts)
        .put("auto", summary.kernelChoices());
  }

  private static void print(ModelSummary summary) {
    System.out.printf(
        "%s (%s, %.1fM parameters)%n",
        summary.system(),
        summary.supported() ? "supported" : "not supported",
        summary.parameters() / 1e6);
    for (ModelSummary.Part part : summary.parts()) {
      System.out.printf(
          "  %-15s %-20s %9.1fM  %s%n",
          part.role(), part.type(), part.parameters() / 1e6, String.join(", ", part.dtypes()));
    }
    System.out.println(
        "--dtype auto on this machine, for a layer of 640 inputs and 8192 outputs:");
    summary.kernelChoices().forEach(choice -> System.out.println("  " + choice));
  }
}
