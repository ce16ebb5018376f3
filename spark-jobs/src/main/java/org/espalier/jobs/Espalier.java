package org.espalier.jobs;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The main class of every verb, under the launcher, spark-submit, Databricks and Airflow alike.
 *
 * <p>Exit codes: 0 for success, 1 for a failed job, 2 for a usage or configuration error. After
 * success on a cluster the JVM is left to end by itself, because some who call it do not outlive an
 * exit.
 */
@Command(
    name = "espalier",
    description = "Compresses convolutional networks on Apache Spark.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    commandListHeading = "%nVerbs:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%n")
public final class Espalier implements Runnable {
  static final String KEYS_FOOTER =
      "All keys, with their meaning and their defaults: espalier ${COMMAND-NAME} --print-config";

  private static final String DATABRICKS = "DATABRICKS_RUNTIME_VERSION";

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Shows the stack trace of an error.")
  private boolean verbose;

  @Spec private CommandSpec spec;

  /** Runs a verb; a failure ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    int code =
        new Espalier()
            .run(
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                arguments);
    if (code == CommandLine.ExitCode.OK && !Sessions.endedLocally()) {
      return;
    }
    if (code != CommandLine.ExitCode.OK && System.getenv(DATABRICKS) != null) {
      // There the driver is shared and must live on; an exception is how a task fails.
      throw new JobFailedException("espalier ended with exit code " + code);
    }
    System.exit(code);
  }

  /** Runs a verb and returns the exit code. */
  int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine line = new CommandLine(this);
    Verbs.all().forEach(line::addSubcommand);
    line.setOut(out).setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((failure, given) -> misused(failure));
    line.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no verb given");
  }

  private static int misused(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("espalier: " + sentence(failure) + "; see " + name + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static String sentence(ParameterException failure) {
    Map<String, CommandLine> verbs = failure.getCommandLine().getSubcommands();
    if (failure instanceof UnmatchedArgumentException unmatched
        && !verbs.isEmpty()
        && !unmatched.isUnknownOption()) {
      return String.format(
          "no verb %s, there are %s",
          unmatched.getUnmatched().get(0), String.join(", ", verbs.keySet()));
    }
    return failure.getMessage();
  }

  private int failed(Exception failure, CommandLine command) {
    command.getErr().println("espalier: " + Failures.sentence(failure));
    if (verbose) {
      command.getErr().print(Failures.trace(failure));
    }
    command.getErr().flush();
    return Failures.exitCode(failure);
  }
}
