package io.vlm4j.cli.eval;

import io.vlm4j.data.CaptionFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Captions that people wrote, and which of them count. */
public final class ReferenceOptions {
  @Mixin private SampleOptions sampling;

  @Option(
      names = "--captions",
      required = true,
      paramLabel = "TSV",
      description = "Lines of an image's name, a tab and a caption of it.")
  private Path captions;

  /** The captions of each image that counts, in the order of the file. */
  public Map<String, List<String>> read() {
    Map<String, List<String>> all = CaptionFiles.references(captions);
    Map<String, List<String>> sample = new LinkedHashMap<>();
    sampling.sample().of(List.copyOf(all.keySet())).forEach(i -> sample.put(i, all.get(i)));
    return sample;
  }
}
