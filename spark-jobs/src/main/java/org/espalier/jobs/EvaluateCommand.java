package org.espalier.jobs;

import org.espalier.jobs.config.EvaluateJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures a network: accuracy, parameters, multiply-accumulates, size, latency.",
    footer = Espalier.KEYS_FOOTER)
final class EvaluateCommand extends JobCommand<EvaluateJobConfig> {

  EvaluateCommand(Job<EvaluateJobConfig> job) {
    super(EvaluateJobConfig::from, job);
  }
}
