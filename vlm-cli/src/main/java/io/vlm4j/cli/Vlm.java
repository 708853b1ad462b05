package io.vlm4j.cli;

import io.vlm4j.cli.eval.EvalCommand;
import io.vlm4j.cli.golden.TraceCommand;
import io.vlm4j.cli.golden.VerifyCommand;
import io.vlm4j.error.InvalidOptionException;
import io.vlm4j.error.VlmException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "vlm",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT, // every command has --help
    versionProvider = Version.class,
    description = "Vision-language models on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CaptionCommand.class,
      AskCommand.class,
      GenerateCommand.class,
      ClassifyCommand.class,
      FillCommand.class,
      MatchCommand.class,
      EmbedCommand.class,
      SearchCommand.class,
      DetectCommand.class,
      EvalCommand.class,
      MakeInstructionsCommand.class,
      InspectCommand.class,
      TraceCommand.class,
      VerifyCommand.class,
      BenchCommand.class,
      TrainConnectorCommand.class,
      TrainInstructCommand.class
    })
public final class Vlm implements Runnable {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show a stack trace with an error, and more of what was done.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(run(new PrintWriter(System.err, true, StandardCharsets.UTF_8), arguments));
  }

  /**
   * Runs a command.
   *
   * @param err receives errors, one line each
   * @return 0 for success, 2 for bad usage, 1 for anything else
   */
  static int run(PrintWriter err, String... arguments) {
    Vlm vlm = new Vlm();
    CommandLine commandLine = new CommandLine(vlm);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setErr(err);
    commandLine.setParameterExceptionHandler(
        (e, args) -> {
          err.println("vlm: " + oneLine(e) + "; see vlm " + path(e) + "--help");
          return ExitCode.USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, result) -> {
          err.println("vlm: " + oneLine(e));
          if (vlm.verbose) {
            e.printStackTrace(err);
          }
          return e instanceof InvalidOptionException ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
    return commandLine.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** More than the result is wanted. */
  boolean isVerbose() {
    return verbose;
  }

  private static String path(ParameterException e) {
    String name = e.getCommandLine().getCommandName();
    return name.equals("vlm") ? "" : name + " ";
  }

  private static String oneLine(Exception e) {
    if (e instanceof VlmException || e instanceof ParameterException) {
      return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    }
    return "unexpected failure: "
        + String.valueOf(e).replaceAll("\\s*\\R\\s*", " ")
        + "; run again with --verbose and report it";
  }
}
