package org.espalier.jobs;

import org.espalier.jobs.output.EventLog;
import org.espalier.spark.training.RetryListener;

/** Notes in the event log how training copes with failures of the cluster. */
final class Retrying implements RetryListener {
  private final EventLog events;

  Retrying(EventLog events) {
    this.events = events;
  }

  private record Retry(String what, int attempt, String reason) {}

  private record FewerRanks(String what, int ranks, int workers) {}

  @Override
  public void retrying(String what, int attempt, String reason) {
    events.add("retry", new Retry(what, attempt, reason));
  }

  @Override
  public void fewerRanks(String what, int ranks, int workers) {
    events.add("fewer-ranks", new FewerRanks(what, ranks, workers));
  }
}
