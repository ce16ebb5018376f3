package org.espalier.spark.search;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The time that the work of this thread may take. When it is over the thread is interrupted, in
 * case it waits for something, and {@link #check} throws.
 */
final class TimeLimit implements AutoCloseable {
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Thread thread = Thread.currentThread();
  private final ScheduledFuture<?> alarm;
  private boolean over;
  private boolean closed;

  /** Begins. */
  TimeLimit(Duration limit) {
    this.alarm = CLOCK.schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "espalier-time-limit");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  private synchronized void expire() {
    if (!closed) {
      over = true;
      thread.interrupt();
    }
  }

  /** Tells whether the time is over. */
  synchronized boolean isOver() {
    return over;
  }

  /** Throws when the time is over. */
  void check() {
    if (isOver()) {
      throw new IllegalStateException("The time is over");
    }
  }

  /** Ends the limit; its interrupt does not outlive it. */
  @Override
  public synchronized void close() {
    closed = true;
    alarm.cancel(false);
    if (over) {
      Thread.interrupted();
    }
  }
}
