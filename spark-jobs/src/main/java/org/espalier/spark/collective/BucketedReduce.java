package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sums buckets of float32 numbers over all ranks while the caller computes on.
 *
 * <p>A thread of its own reduces the buckets one after the other, in the order in which they were
 * submitted; all ranks must submit buckets of the same sizes in the same order. Between a
 * submission and the end of {@link #await} the buckets and the ring belong to that thread. For use
 * by one thread at a time. The ring is not closed with this.
 */
public final class BucketedReduce implements AutoCloseable {
  private final RingAllReduce ring;
  private final Wire wire;
  private final ExecutorService thread;
  private final List<Future<?>> pending = new ArrayList<>();

  /** Makes a reduction over a ring, with the numbers' form on the wire. */
  public BucketedReduce(RingAllReduce ring, Wire wire) {
    this.ring = ring;
    this.wire = wire;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread worker = new Thread(task, "all-reduce of rank " + ring.rank());
              worker.setDaemon(true);
              return worker;
            });
  }

  /** Takes a bucket, as {@link RingAllReduce#sum(ByteBuffer)} does, and returns at once. */
  public void submit(ByteBuffer bucket) {
    pending.add(thread.submit(() -> ring.sum(bucket, wire)));
  }

  /**
   * Waits until all submitted buckets hold their sums.
   *
   * @throws CollectiveException the first bucket's that failed, or if the thread is interrupted (it
   *     stays so, and the ring is closed)
   */
  public void await() {
    try {
      for (Future<?> bucket : pending) {
        bucket.get();
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      ring.close();
      Thread.currentThread().interrupt();
      throw new CollectiveException(
          "Cannot reduce: the thread was interrupted while it waited", ring.rank(), -1, e);
    } finally {
      pending.clear();
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error) {
      throw (Error) cause;
    }
    return (RuntimeException) cause;
  }

  /**
   * Ends the thread and waits for its end; buckets that were not awaited are given up, and with one
   * under way the ring.
   */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
