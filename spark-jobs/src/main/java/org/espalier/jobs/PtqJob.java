package org.espalier.jobs;

import java.util.List;
import org.espalier.jobs.config.PtqJobConfig;

/** The work of the verb {@code ptq}: trains a baseline where asked to, rounds it. */
final class PtqJob extends CompressionJob<PtqJobConfig> {

  @Override
  List<Named> pipeline(PtqJobConfig config, TrainingImages images, JobContext context) {
    return List.of(
        new Named("", new PtqStep(config.ptq(), config.seed(), config.data(), images.train())));
  }
}
