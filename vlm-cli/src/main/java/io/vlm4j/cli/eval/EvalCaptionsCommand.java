package io.vlm4j.cli.eval;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.cli.DecodingOptions;
import io.vlm4j.cli.ModelOptions;
import io.vlm4j.cli.Progress;
import io.vlm4j.data.CaptionFiles;
import io.vlm4j.error.InvalidDataException;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.eval.BatchedModel;
import io.vlm4j.eval.caption.CaptionResult;
import io.vlm4j.eval.caption.CaptionWriter;
import io.vlm4j.image.ImageSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares captions with those of people. */
@Command(
    name = "captions",
    description = "BLEU, ROUGE-L, METEOR and CIDEr-D of a model's captions, or of a file's.")
final class EvalCaptionsCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;
  @Mixin private ReferenceOptions captions;
  @Mixin private BatchOption batch;
  @Mixin private OutputOptions output;

  @Option(names = "--images", paramLabel = "ZIP_OR_DIR", description = "The images.")
  private Path images;

  @Option(
      names = "--candidates",
      paramLabel = "FILE",
      description = "Captions to be compared, instead of a model's: TSV, or JSON lines.")
  private Path candidates;

  @Option(
      names = "--shuffled",
      description = "Compare each caption with those of another image: what is chance?")
  private boolean shuffled;

  @Override
  public Integer call() {
    output.requireWritable();
    if (images == null && candidates == null) {
      throw new InvalidOptionException("give --images, or captions of theirs with --candidates");
    }
    Map<String, List<String>> references = captions.read();
    List<String> sample = List.copyOf(references.keySet());
    Map<String, String> written = candidates == null ? write(sample) : read(sample);
    CaptionResult result = CaptionResult.of(written, references, shuffled);
    String title = "Captions" + (shuffled ? ", each with those of another image" : "");
    output.write(result.report(title), images);
    return 0;
  }

  private Map<String, String> write(List<String> sample) {
    try (ImageSource source = ImageSource.open(images)) {
      source.requireAll(sample); // before the model is loaded
      try (VisionLanguageModel model = modelOptions.load();
          Progress progress = Progress.images(sample.size())) {
        return CaptionWriter.write(
            new BatchedModel(model, decoding.options(), batch.size()),
            sample,
            source,
            progress::step);
      }
    }
  }

  private Map<String, String> read(List<String> sample) {
    Map<String, String> all = CaptionFiles.candidates(candidates);
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String image : sample) {
      if (!all.containsKey(image)) {
        throw new InvalidDataException(
            candidates + " has no caption of " + image + ", of which there are references");
      }
      chosen.put(image, all.get(image));
    }
    return chosen;
  }
}
