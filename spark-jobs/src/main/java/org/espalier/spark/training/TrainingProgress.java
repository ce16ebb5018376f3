package org.espalier.spark.training;

/** Is told on the driver how training goes; every method does nothing unless overridden. */
public interface TrainingProgress {

  /** Is called after every segment: between two averagings, or two states that are kept. */
  default void segment(SegmentReport report) {}

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
