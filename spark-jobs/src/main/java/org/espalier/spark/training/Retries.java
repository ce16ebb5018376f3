package org.espalier.spark.training;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Does again what failed, some times, after a pause that doubles each time.
 *
 * <p>Only failures of the cluster are worth it; what would fail again does so at once.
 */
final class Retries {
  private final int most;
  private final Duration pause;
  private final RetryListener listener;

  /**
   * Sets the bounds.
   *
   * @param most how often something may be done again, at least 0
   * @param pause before it is first done again
   * @param listener is told
   */
  Retries(int most, Duration pause, RetryListener listener) {
    this.most = most;
    this.pause = pause;
    this.listener = listener;
  }

  /** Does something until it succeeds, or failed once too often. */
  <T> T run(String what, Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.get();
      } catch (ClusterException e) {
        if (attempt > most) {
          throw e;
        }
        listener.retrying(what, attempt, e.getMessage());
        sleep(pause.multipliedBy(1L << Math.min(10, attempt - 1)), e);
      }
    }
  }

  private static void sleep(Duration time, ClusterException failure) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
