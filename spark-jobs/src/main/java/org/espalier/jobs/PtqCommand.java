package org.espalier.jobs;

import org.espalier.jobs.config.PtqJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code ptq}. */
@Command(
    name = "ptq",
    description =
        "Rounds a trained network's weights, and activations by calibration images, to integers of"
            + " few bits, and shows which layers suffer.",
    footer = Espalier.KEYS_FOOTER)
final class PtqCommand extends JobCommand<PtqJobConfig> {

  PtqCommand(Job<PtqJobConfig> job) {
    super(PtqJobConfig::from, job);
  }
}
