package org.espalier.jobs;

import org.espalier.jobs.config.ScopJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code scop}. */
@Command(
    name = "scop",
    description =
        "Prunes a network by SCOP: learns control factors against knockoff images, removes the"
            + " channels that score lowest, slims the network, fine-tunes it.",
    footer = Espalier.KEYS_FOOTER)
final class ScopCommand extends JobCommand<ScopJobConfig> {

  ScopCommand(Job<ScopJobConfig> job) {
    super(ScopJobConfig::from, job);
  }
}
