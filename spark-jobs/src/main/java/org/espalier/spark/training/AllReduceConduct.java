package org.espalier.spark.training;

import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.nn.fused.Precision;

/**
 * How synchronous training is conducted.
 *
 * @param settings how ranks reach each other
 * @param retries how often a stage is run again
 * @param pause before it first is
 * @param patience how long missing executors are waited for
 * @param listener is told of failures
 */
record AllReduceConduct(
    AllReduceSettings settings,
    int retries,
    Duration pause,
    Duration patience,
    RetryListener listener) {

  /** Begins training from a state. */
  AllReduceLoop loop(
      JavaSparkContext sc, TrainingState start, Precision precision, TrainingProgress progress) {
    return new AllReduceLoop(
        sc,
        start,
        settings,
        new Retries(retries, pause, listener),
        new Crew(sc, patience, listener),
        precision,
        progress);
  }

  /** Returns the same, no segment of which takes longer than a time; zero for no such bound. */
  AllReduceConduct within(Duration longest) {
    return new AllReduceConduct(settings.within(longest), retries, pause, patience, listener);
  }
}
