package io.vlm4j.cli;

import io.vlm4j.chat.ChatModel;
import io.vlm4j.cli.eval.ReferenceOptions;
import io.vlm4j.instruct.BoxFile;
import io.vlm4j.instruct.InstructionKind;
import io.vlm4j.instruct.InstructionWriter;
import io.vlm4j.instruct.InstructionWriter.Outcome;
import io.vlm4j.instruct.Scene;
import io.vlm4j.instruct.Scene.LabeledBox;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a chat model write instruction data from captions. */
@Command(
    name = "make-instructions",
    description =
        "Let a chat model write conversations, descriptions and reasoning about images from their"
            + " captions, as LLaVA is trained with. A run that ended early goes on where it was.")
final class MakeInstructionsCommand implements Callable<Integer> {
  @Mixin private ChatOptions chat;
  @Mixin private ReferenceOptions captions;

  @Option(
      names = "--boxes",
      paramLabel = "JSON",
      description = "What is where in the images: COCO's instances, or boxes by image.")
  private Path boxes;

  @Option(
      names = "--kinds",
      split = ",",
      description = "Of ${COMPLETION-CANDIDATES}, in small letters too (default: all).")
  private List<InstructionKind> kinds = List.of(InstructionKind.values());

  @Option(
      names = "--parallel",
      defaultValue = "4",
      description = "Requests at a time (default: ${DEFAULT-VALUE}).")
  private int parallel;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The JSON file to write, or to go on with.")
  private Path out;

  @Option(names = "--json", description = "A JSON object with what was done.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Scene> scenes = scenes();
    try (ChatModel model = chat.open()) {
      InstructionWriter writer = new InstructionWriter(model, kinds, parallel);
      try (Progress progress = Progress.of("Instructions", writer.count(scenes))) {
        return print(writer.write(scenes, out, progress::step));
      }
    }
  }

  private List<Scene> scenes() {
    Map<String, List<LabeledBox>> places = boxes == null ? Map.of() : BoxFile.read(boxes);
    return captions.read().entrySet().stream()
        .map(
            entry ->
                new Scene(
                    entry.getKey(),
                    entry.getValue(),
                    places.getOrDefault(entry.getKey(), List.of())))
        .toList();
  }

  private int print(Outcome outcome) {
    int failures = outcome.failures().size();
    if (json) {
      System.out.println(
          new Json()
              .put("examples", outcome.examples())
              .put("new", outcome.asked())
              .put("failed", failures));
    } else {
      System.out.println(
          outcome.examples() + " examples in " + out + ", " + outcome.asked() + " new");
    }
    if (failures > 0) {
      spec.commandLine()
          .getErr()
          .println(
              "vlm: %d could not be written, the first was %s; run again to try them again"
                  .formatted(failures, outcome.failures().get(0)));
    }
    return failures == 0 ? 0 : 1;
  }
}
