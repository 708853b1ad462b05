package io.vlm4j.cli.eval;

import io.vlm4j.eval.contrastive.RetrievalResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finds images by captions and captions by images. */
@Command(
    name = "retrieval",
    description = "Recall at 1, 5 and 10, from images to captions and from captions to images.")
final class EvalRetrievalCommand implements Callable<Integer> {
  @Mixin private DualEncoderRun run;
  @Mixin private ReferenceOptions references;

  @Override
  public Integer call() {
    Map<String, List<String>> captions = references.read();
    run.run(
        captions.keySet(),
        (model, source, batch, progress) ->
            RetrievalResult.of(model, captions, source, batch, progress).report("Retrieval"));
    return 0;
  }
}
