package org.espalier.jobs;

import java.util.List;
import org.espalier.jobs.config.JobConfig;

/** The table of verbs: each a command, with the job that it runs. */
final class Verbs {
  private Verbs() {}

  /** Returns a new command for each verb, in the order of the help. */
  static List<Object> all() {
    return List.of(
        new DataCommand(),
        new TrainCommand(absent("train")),
        new EvaluateCommand(absent("evaluate")),
        new ScopCommand(absent("scop")));
  }

  /** Refuses a verb whose job is not part of this build. */
  private static <C extends JobConfig> Job<C> absent(String verb) {
    return (config, context) -> {
      throw new JobFailedException("Cannot " + verb + ": this build has no such job");
    };
  }
}
