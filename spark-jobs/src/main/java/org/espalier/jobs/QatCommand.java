package org.espalier.jobs;

import org.espalier.jobs.config.QatJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code qat}. */
@Command(
    name = "qat",
    description =
        "Trains a network with weights and activations rounded to integers of few bits (SimQAT, LSQ"
            + " or SLB), and converts it to the form in which it is deployed.",
    footer = Espalier.KEYS_FOOTER)
final class QatCommand extends JobCommand<QatJobConfig> {

  QatCommand(Job<QatJobConfig> job) {
    super(QatJobConfig::from, job);
  }
}
