package org.espalier.jobs.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.espalier.jobs.JobFailedException;
import org.espalier.spark.training.TrainingException;

/** The threads of a benchmark, one a task; what a task does is always done by the same thread. */
public final class Crew implements AutoCloseable {
  private final List<ExecutorService> hands = new ArrayList<>();
  private final ThreadLimit limit;

  /**
   * Starts the threads.
   *
   * @param tasks how many, at least 1
   * @param threadsPerTask threads of the numerical libraries for each
   * @throws JobFailedException where the process cannot have so many threads
   */
  public Crew(int tasks, int threadsPerTask) {
    limit = new ThreadLimit(threadsPerTask);
    for (int task = 0; task < tasks; task++) {
      String name = "benchmark-" + task;
      hands.add(
          Executors.newSingleThreadExecutor(
              work ->
                  new Thread(
                      () -> {
                        limit.enter();
                        work.run();
                      },
                      name)));
    }
  }

  /** Returns how many tasks work side by side. */
  int size() {
    return hands.size();
  }

  /**
   * Does something in every task at the same time.
   *
   * @param work what a task does, by its number from 0
   * @return what came of it, in the order of the tasks
   */
  <T> List<T> together(IntFunction<Callable<T>> work) {
    List<Future<T>> begun = new ArrayList<>();
    for (int task = 0; task < hands.size(); task++) {
      begun.add(hands.get(task).submit(work.apply(task)));
    }
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> future : begun) {
        results.add(future.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("The benchmark was interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String sentence =
          cause instanceof TrainingException || cause instanceof JobFailedException
              ? cause.getMessage()
              : "The benchmark failed: " + cause;
      throw new JobFailedException(sentence, cause);
    }
    return results;
  }

  @Override
  public void close() {
    hands.forEach(ExecutorService::shutdownNow);
    limit.close();
  }
}
