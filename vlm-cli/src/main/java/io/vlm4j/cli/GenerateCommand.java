package io.vlm4j.cli;

import io.vlm4j.VisionLanguageModel;
import io.vlm4j.generate.Generation;
import io.vlm4j.prompt.Prompt;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues an interleaved or few-shot prompt. */
@Command(name = "generate", description = "Continue a prompt of text and images.")
final class GenerateCommand implements Callable<Integer> {
  @Mixin private ModelOptions modelOptions;
  @Mixin private DecodingOptions decoding;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "FILE.json",
      description =
          "{\"parts\":[{\"text\":..},{\"image\":..}]} or"
              + " {\"examples\":[{\"image\":..,\"answer\":..}],\"query\":{\"image\":..}}.")
  private Path promptFile;

  @Option(names = "--json", description = "A JSON object at the end instead of text as it comes.")
  private boolean json;

  @Override
  public Integer call() {
    Prompt prompt = PromptFile.read(promptFile);
    try (VisionLanguageModel model = modelOptions.load()) {
      if (json) {
        Generation generation = model.generate(prompt, decoding.options());
        System.out.println(
            Generations.toJson(
                new Json()
                    .put("text", generation.text())
                    .put("ids", generation.tokenIds())
                    .put("finish_reason", generation.finishReason().toString()),
                generation));
      } else {
        model.stream(
            prompt,
            decoding.options(),
            token -> {
              System.out.print(token.text());
              System.out.flush();
            });
        System.out.println();
      }
    }
    return 0;
  }
}
