package org.espalier.jobs;

import java.util.List;
import org.espalier.jobs.config.QatJobConfig;

/**
 * The work of the verb {@code qat}: trains a baseline, trains it with rounded numbers, converts it.
 */
final class QatJob extends CompressionJob<QatJobConfig> {

  @Override
  List<Named> pipeline(QatJobConfig config, TrainingImages images, JobContext context) {
    return List.of(
        new Named(
            "",
            QatStep.of(
                config.qat(), config.seed(), config.data(), images.train(), context.hadoop())));
  }
}
