package org.espalier.jobs;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.Success$;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.espalier.jobs.output.EventLog;

/** Counts the tasks that fail and are tried again, and notes each in the event log. */
final class TaskRetries extends SparkListener {
  private final AtomicInteger count = new AtomicInteger();
  private final EventLog events;

  TaskRetries(EventLog events) {
    this.events = events;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof Success$ || end.reason() instanceof TaskKilled) {
      return;
    }
    count.incrementAndGet();
    String reason = end.reason().toString();
    events.add(
        "retry",
        new Retry(
            end.stageId(),
            end.taskInfo().index(),
            end.taskInfo().attemptNumber(),
            end.taskInfo().executorId(),
            reason.lines().findFirst().orElse(reason)));
  }

  int count() {
    return count.get();
  }

  private record Retry(int sparkStage, int task, int attempt, String executor, String reason) {}
}
