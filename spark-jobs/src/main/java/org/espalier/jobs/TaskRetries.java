package org.espalier.jobs;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.Success$;
import org.apache.spark.TaskKilled;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.espalier.jobs.output.EventLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the tasks that fail and are tried again, and notes each in the event log. */
final class TaskRetries extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(TaskRetries.class);
  private static final String DESCRIPTION = "spark.job.description";
  private static final int PATIENCE_SECONDS = 30;

  private final AtomicInteger count = new AtomicInteger();
  private final String marker = "count retried tasks " + UUID.randomUUID();
  private final CountDownLatch delivered = new CountDownLatch(1);
  private volatile int markerJob = -1;
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

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (marker.equals(start.properties().getProperty(DESCRIPTION))) {
      markerJob = start.jobId();
    }
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    if (end.jobId() == markerJob) {
      delivered.countDown();
    }
  }

  /**
   * Returns the number of tasks tried again so far.
   *
   * <p>Spark tells its listeners later, but in order: once they were told of a job that is begun
   * here, they know of everything before it.
   */
  int count(JavaSparkContext spark) {
    spark.setJobDescription(marker);
    try {
      spark.parallelize(List.of(0), 1).count();
      if (!delivered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Spark is late with its events: the count of retried tasks may be too small");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      spark.setJobDescription(null);
    }
    return count.get();
  }

  private record Retry(int sparkStage, int task, int attempt, String executor, String reason) {}
}
