package org.espalier.jobs;

import java.util.List;
import java.util.OptionalInt;
import org.espalier.jobs.config.AbcJobConfig;

/**
 * The work of the verb {@code abc}: trains a baseline, searches a structure within it, fine-tunes
 * the winner.
 */
final class AbcJob extends CompressionJob<AbcJobConfig> {

  @Override
  OptionalInt heldOut(AbcJobConfig config) {
    return OptionalInt.of(config.abc().heldOut());
  }

  @Override
  List<Named> pipeline(AbcJobConfig config, TrainingImages images, JobContext context) {
    return List.of(
        new Named("", new AbcStep(config.abc(), config.seed(), config.data(), images, context)));
  }
}
