package io.vlm4j.cli;

import io.vlm4j.models.masked.MaskedLanguageModel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fills the gaps of a text. */
@Command(name = "fill", description = "Fill the masked places of a text.")
final class FillCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;

  @Parameters(
      index = "0",
      paramLabel = "TEXT",
      description = "A text with a [MASK] for each byte that is missing.")
  private String text;

  @Option(names = "--json", description = "A JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    try (MaskedLanguageModel model =
        MaskedLanguageModel.load(modelOptions.folder(), modelOptions.loadOptions())) {
      String filled = model.fill(text);
      System.out.println(json ? new Json().put("text", text).put("filled", filled) : filled);
    }
    return 0;
  }
}
