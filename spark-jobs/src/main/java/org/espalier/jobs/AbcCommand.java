package org.espalier.jobs;

import org.espalier.jobs.config.AbcJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code abc}. */
@Command(
    name = "abc",
    description =
        "Searches how many channels each layer should keep, by an artificial bee colony (ABCPruner)"
            + " or another searcher, candidates evaluated on all executors; slims the network so,"
            + " fine-tunes it.",
    footer = Espalier.KEYS_FOOTER)
final class AbcCommand extends JobCommand<AbcJobConfig> {

  AbcCommand(Job<AbcJobConfig> job) {
    super(AbcJobConfig::from, job);
  }
}
