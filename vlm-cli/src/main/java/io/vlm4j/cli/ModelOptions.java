package io.vlm4j.cli;

import io.vlm4j.LoadOptions;
import io.vlm4j.VisionLanguageModel;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.models.DefaultModel;
import io.vlm4j.models.HubCache;
import io.vlm4j.tensor.Device;
import io.vlm4j.tensor.KernelLibrary;
import io.vlm4j.tensor.Placement;
import io.vlm4j.tensor.Precision;
import java.nio.file.Path;
import java.util.Collection;
import picocli.CommandLine.Option;

/** Which model, and where and how it computes. */
public final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "FOLDER_OR_HUB_ID",
      description = "The model; the embedded default if absent.")
  private String model;

  @Option(
      names = "--adapter",
      paramLabel = "FOLDER_OR_HUB_ID",
      description =
          "A LoRA adapter of PEFT that is merged into the model; of a model in parts, into its"
              + " language model, or else its encoder.")
  private String adapter;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      description = "auto, fp32, bf16, fp16 or int8 (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(names = "--threads", description = "Threads of one operator (default: physical cores).")
  private Integer threads;

  /** Loads the model and shows how far it is. */
  public VisionLanguageModel load() {
    LoadOptions options = loadOptions();
    try (Progress progress = Progress.loading()) {
      return VisionLanguageModel.load(folder().toString(), options.withProgress(progress::share));
    }
  }

  /** The model folder. */
  public Path folder() {
    return model == null ? DefaultModel.folder() : HubCache.resolve(model);
  }

  /**
   * The folder, for a command that the embedded default does not serve.
   *
   * @param modelTypes what the model may be
   */
  Path requiredFolder(String command, Collection<String> modelTypes) {
    if (model == null) {
      throw new InvalidOptionException(
          "vlm %s needs --model, a folder or hub id of one of these types: %s; the embedded default is none of them"
              .formatted(command, String.join(", ", modelTypes)));
    }
    return folder();
  }

  /** Adapter, device and precision; sets the number of threads. */
  public LoadOptions loadOptions() {
    Placement placement = new Placement(Device.parse(device), Precision.parse(dtype));
    KernelLibrary.shared().requireDevice(placement.device());
    if (threads != null) {
      KernelLibrary.shared().setThreads(threads);
    }
    LoadOptions options = new LoadOptions(placement, share -> {});
    return adapter == null ? options : options.withAdapter(HubCache.resolve(adapter));
  }

  String dtype() {
    return dtype;
  }
}
