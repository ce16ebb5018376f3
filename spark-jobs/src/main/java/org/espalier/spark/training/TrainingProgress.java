package org.espalier.spark.training;

/** Is told on the driver how training goes; every method does nothing unless overridden. */
public interface TrainingProgress {

  /** Is called after every segment: between two averagings, or two states that are kept. */
  default void segment(SegmentReport report) {}

  /**
   * Is called now and then within a long segment, from any thread but not at the same time as
   * others.
   *
   * @param images images trained on since the last call; negative to take back what earlier calls
   *     told, because it failed or {@link #segment} is about to tell it as a whole
   * @param loss their mean loss, or NaN
   * @param accuracy the share of them that was predicted right, or NaN
   */
  default void underway(long images, double loss, double accuracy) {}

  /**
   * Is called after every epoch.
   *
   * @param state the state at the end of the epoch
   * @param report the epoch's sums
   */
  default void epoch(TrainingState state, SegmentReport report) {}

  /**
   * Is called with a state that is due to be kept, from which training can go on: after every
   * epoch, and at intervals within.
   */
  default void keep(TrainingState state) {}

  /** Returns a listener that ignores everything. */
  static TrainingProgress none() {
    return new TrainingProgress() {};
  }
}
