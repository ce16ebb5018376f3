package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Threads, called lanes, that do one task together.
 *
 * <p>Each runs its primitives by itself: OpenMP is told to give a lane one thread.
 */
final class Team implements AutoCloseable {
  /** What all lanes do. */
  interface Task {
    void run(int lane, Barrier barrier);
  }

  private static final int SPINS = 20_000;
  private static final long PARK_NANOS = 20_000;

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Barrier barrier;
  private volatile Task task;
  private volatile long round;
  private volatile int running;
  private volatile boolean closed;

  Team(int lanes) {
    barrier = new Barrier(lanes);
    for (int lane = 0; lane < lanes; lane++) {
      int number = lane;
      Thread thread = new Thread(() -> work(number), "espalier-lane-" + lane);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  int lanes() {
    return threads.size();
  }

  /** Has all lanes do a task, and waits; throws what a lane threw. */
  synchronized void run(Task next) {
    if (closed) {
      throw new IllegalStateException("Cannot run: the network was closed");
    }
    failure.set(null);
    barrier.reset();
    task = next;
    running = threads.size();
    round++;
    threads.forEach(LockSupport::unpark);
    boolean interrupted = false;
    while (running > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(null, e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    } else if (thrown != null) {
      throw new IllegalStateException("Cannot go on: the thread was interrupted", thrown);
    }
  }

  /** Has one lane do something. */
  void once(Runnable work) {
    run(
        (lane, barrier) -> {
          if (lane == 0) {
            work.run();
          }
        });
  }

  private void work(int lane) {
    boolean alone = false;
    long done = 0;
    while (!closed) {
      if (round == done) {
        LockSupport.park(this);
        continue;
      }
      done++;
      try {
        if (!alone) {
          NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
          alone = true;
        }
        task.run(lane, barrier);
      } catch (Abandoned e) {
        // Another lane failed and says why.
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      }
      finish();
    }
  }

  private synchronized void finish() {
    running--;
    notifyAll();
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(LockSupport::unpark);
  }

  /** Thrown in a lane when another one failed. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super(null, null, false, false);
    }
  }

  /** Where lanes wait for each other. */
  final class Barrier {
    private final int lanes;
    private final AtomicInteger missing;
    private volatile long generation;

    private Barrier(int lanes) {
      this.lanes = lanes;
      this.missing = new AtomicInteger(lanes);
    }

    private void reset() {
      missing.set(lanes);
    }

    /** Waits until all lanes are here; the last one does something before they go on. */
    void await(Runnable last) {
      long here = generation;
      if (missing.decrementAndGet() == 0) {
        try {
          last.run();
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        }
        missing.set(lanes);
        generation = here + 1;
      }
      for (int spins = 0; generation == here && failure.get() == null; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(this, PARK_NANOS);
        }
      }
      if (failure.get() != null) {
        throw new Abandoned();
      }
    }
  }
}
