package org.espalier.spark.training;

import java.time.Duration;

/**
 * When a state within an epoch is due to be kept: after so many steps, or so much time, whichever
 * comes first. After an epoch it is always due.
 *
 * @param steps the steps between two; 0 for no such bound
 * @param time the time between two; zero for no such bound
 */
public record CheckpointInterval(int steps, Duration time) {

  /** Nothing is kept within epochs. */
  public static final CheckpointInterval EPOCHS = new CheckpointInterval(0, Duration.ZERO);

  /** Checks that neither is negative. */
  public CheckpointInterval {
    if (steps < 0 || time.isNegative()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot keep states at intervals: they must not be negative (%d steps, %s)",
              steps, time));
    }
  }

  /** Tells whether a state is due after what was done since the last one. */
  boolean isDue(EpochSums since) {
    return (steps > 0 && since.steps() >= steps)
        || (!time.isZero() && since.seconds() * 1e9 >= time.toNanos());
  }
}
