package org.espalier.spark.training;

/** Is told on the driver how training goes; every method does nothing unless overridden. */
public interface TrainingProgress {

  /** Is called after every averaging. */
  default void segment(SegmentReport report) {}

  /**
   * Is called after every epoch, for checkpoints.
   *
   * @param state the state at the end of the epoch; training can go on from it
   * @param report the epoch's sums
   */
  default void epoch(TrainingState state, SegmentReport report) {}

  /** Returns a listener that ignores everything. */
  static TrainingProgress none() {
    return new TrainingProgress() {};
  }
}
