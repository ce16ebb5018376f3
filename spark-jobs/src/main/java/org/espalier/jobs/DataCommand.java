package org.espalier.jobs;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The verb {@code data}: says how data get in. */
@Command(
    name = "data",
    description = "Opens data sets and counts them; fetches public ones.",
    synopsisSubcommandLabel = "[COMMAND]")
final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    CommandLine command = spec.commandLine();
    command.usage(command.getOut());
  }
}
