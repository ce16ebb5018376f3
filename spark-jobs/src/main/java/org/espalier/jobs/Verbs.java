package org.espalier.jobs;

import java.util.List;
import picocli.CommandLine;

/** The table of verbs: each a command, with the job that it runs. */
final class Verbs {
  private Verbs() {}

  /** Returns a new command for each verb, in the order of the help. */
  static List<Object> all() {
    return List.of(
        new DataCommand(),
        new TrainCommand(new TrainJob()),
        new EvaluateCommand(new EvaluateJob()),
        new ScopCommand(new ScopJob()),
        new AbcCommand(new AbcJob()),
        new QatCommand(new QatJob()),
        new PtqCommand(new PtqJob()),
        new CompressCommand(new CompressJob()),
        new ExportCommand(new ExportJob()),
        new InspectCommand(new InspectJob()),
        new CommandLine(new BenchmarkCommand(new BenchmarkJob()))
            .addSubcommand(new ScalingCommand(new ScalingJob())));
  }
}
