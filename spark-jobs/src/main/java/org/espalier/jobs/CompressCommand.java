package org.espalier.jobs;

import org.espalier.jobs.config.CompressJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code compress}. */
@Command(
    name = "compress",
    description =
        "Compresses a network by a pipeline of algorithms: prune (by the importance of channels),"
            + " scop, abc (search of a structure). Each is fine-tuned before the next begins.",
    footer = Espalier.KEYS_FOOTER)
final class CompressCommand extends JobCommand<CompressJobConfig> {

  CompressCommand(Job<CompressJobConfig> job) {
    super(CompressJobConfig::from, job);
  }
}
