package org.espalier.search;

import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Evaluates candidates on threads of this process, in the order {@link
 * Candidate#LONGEST_WAY_FIRST}.
 */
public final class LocalEvaluator implements Evaluator, AutoCloseable {
  private static final int WAITING_PER_THREAD = 16;

  private final int threads;
  private final Function<Candidate, Fitness> function;
  private final ThreadPoolExecutor executor;

  /**
   * Starts the threads.
   *
   * @param threads candidates evaluated at once, at least 1
   * @param function evaluates one; called on several threads at once. What it throws becomes the
   *     candidate's failure, but for a {@link CancellationException}: that gives the candidate up,
   *     and ends the search.
   */
  public LocalEvaluator(int threads, Function<Candidate, Fitness> function) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "Cannot evaluate: threads must be at least 1 (" + threads + ")");
    }
    this.threads = threads;
    this.function = Objects.requireNonNull(function, "Cannot evaluate: function is missing");
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(
                11,
                Comparator.comparing(
                    run -> ((Evaluating) run).candidate, Candidate.LONGEST_WAY_FIRST)));
    executor.setRejectedExecutionHandler((run, closed) -> ((Evaluating) run).fitness.cancel(false));
    executor.setThreadFactory(
        run -> {
          Thread thread = new Thread(run, "espalier-evaluator");
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public CompletionStage<Fitness> submit(Candidate candidate) {
    Evaluating evaluating = new Evaluating(candidate);
    executor.execute(evaluating);
    return evaluating.fitness;
  }

  @Override
  public int capacity() {
    return threads * WAITING_PER_THREAD;
  }

  /** Cancels what waits and what runs, and interrupts the threads. */
  @Override
  public void close() {
    executor.shutdownNow().forEach(run -> ((Evaluating) run).fitness.cancel(false));
  }

  private final class Evaluating implements Runnable {
    private final Candidate candidate;
    private final CompletableFuture<Fitness> fitness = new CompletableFuture<>();

    private Evaluating(Candidate candidate) {
      this.candidate = candidate;
    }

    @Override
    public void run() {
      try {
        fitness.complete(function.apply(candidate));
      } catch (CancellationException givenUp) {
        fitness.completeExceptionally(givenUp);
      } catch (Exception | OutOfMemoryError | StackOverflowError failure) {
        if (executor.isShutdown()) {
          fitness.cancel(false); // interrupted, most likely
        } else {
          fitness.complete(Fitness.failed(failure.toString()));
        }
      }
    }
  }
}
