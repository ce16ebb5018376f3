package org.espalier.spark.training;

import java.time.Duration;
import java.util.Objects;
import org.espalier.spark.collective.Wire;

/** The settings that all who train by all-reduce share. */
abstract class AllReduceBuilder<B extends AllReduceBuilder<B>> {
  private Duration timeout = Duration.ofMinutes(2);
  private Duration pause = Duration.ofSeconds(2);
  private int retries = 3;
  private Wire wire = Wire.FLOAT32;
  private boolean syncBatchNorm;
  private int checkSteps = 100;
  private Duration patience = Duration.ofMinutes(1);
  private Ranks.Meeting meeting = Ranks::throughSpark;
  private RetryListener listener = (what, attempt, reason) -> {};

  AllReduceBuilder() {}

  abstract B self();

  /** Sets how long a worker waits for another before it gives up; 2 minutes unless set. */
  public B timeout(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "Cannot set the timeout: it must be positive (" + time + ")");
    }
    this.timeout = time;
    return self();
  }

  /** Sets how often a stage is run again after a failure of the cluster; 3 unless set. */
  public B retries(int number) {
    if (number < 0) {
      throw new IllegalArgumentException(
          "Cannot set the retries: there must be at least 0 (" + number + ")");
    }
    this.retries = number;
    return self();
  }

  /** Sets the pause before the first retry, which doubles each time; 2 seconds unless set. */
  public B pause(Duration time) {
    this.pause = Objects.requireNonNull(time, "Cannot train: there is no pause");
    return self();
  }

  /** Sets how gradients travel; half precision costs digits. As float32 unless set. */
  public B wire(Wire form) {
    this.wire = Objects.requireNonNull(form, "Cannot train: gradients have no form to travel in");
    return self();
  }

  /**
   * Sets whether batch normalisation sees the batches of all workers together, for networks that
   * are compiled; not unless set. It costs two small exchanges a layer and step, and is worth that
   * where workers' batches are small.
   */
  public B synchroniseBatchNorm(boolean all) {
    this.syncBatchNorm = all;
    return self();
  }

  /** Sets who is told of retries. */
  public B listener(RetryListener told) {
    this.listener = Objects.requireNonNull(told, "Cannot train: there is no listener");
    return self();
  }

  /**
   * Sets after how many steps the workers' networks are compared, bit for bit; 0 for after every
   * segment only. 100 unless set.
   */
  public B checkSteps(int steps) {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "Cannot compare workers' networks: the steps must not be negative (" + steps + ")");
    }
    this.checkSteps = steps;
    return self();
  }

  /**
   * Sets how long executors that are missing are waited for before training goes on with fewer
   * ranks, some of which have several workers' shares; 1 minute unless set.
   */
  public B patience(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(
          "Cannot wait for executors: the time must not be negative (" + time + ")");
    }
    this.patience = time;
    return self();
  }

  /** Sets how ranks learn of each other: over Spark's own connections unless set. */
  B meeting(Ranks.Meeting how) {
    this.meeting = how;
    return self();
  }

  AllReduceConduct conduct() {
    return new AllReduceConduct(
        new AllReduceSettings(timeout, wire, syncBatchNorm, checkSteps, Duration.ZERO, meeting, ""),
        retries,
        pause,
        patience,
        listener);
  }
}
