package io.vlm4j.cli.eval;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says how well a model does on a data set. */
@Command(
    name = "eval",
    description = "Say how well a model does on a data set.",
    synopsisSubcommandLabel = "DATA",
    subcommands = {
      EvalCaptionsCommand.class,
      EvalVqaCommand.class,
      EvalScienceQaCommand.class,
      EvalClassifyCommand.class,
      EvalRetrievalCommand.class
    })
public final class EvalCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what to evaluate is missing; expected one of "
            + String.join(", ", spec.subcommands().keySet()));
  }
}
