package org.espalier.jobs;

import org.espalier.jobs.config.TrainJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code train}. */
@Command(
    name = "train",
    description = "Trains a network on all executors and measures it.",
    footer = Espalier.KEYS_FOOTER)
final class TrainCommand extends JobCommand<TrainJobConfig> {

  TrainCommand(Job<TrainJobConfig> job) {
    super(TrainJobConfig::from, job);
  }
}
