package org.espalier.spark.search;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.espalier.search.Candidate;
import org.espalier.search.Fitness;
import org.espalier.spark.resources.TaskGpu;
import org.espalier.spark.training.TrainingException;

/**
 * What a task does with its candidate.
 *
 * <p>Whatever is wrong with the candidate is its fitness, so that Spark does not try it again. What
 * is wrong with the executor (no images, no GPU, killed) is thrown, so that Spark does.
 *
 * @param base what candidates are made of
 * @param factory how they are made
 * @param images what they are trained and judged on
 * @param judging how they are judged
 * @param limit the time that each may take
 */
record CandidateTask(
    Broadcast<BaseNetwork> base,
    CandidateNetworks.Factory factory,
    Broadcast<CandidateImages> images,
    Judging judging,
    Duration limit)
    implements Serializable {

  /** Evaluates a candidate, on an executor. */
  Outcome evaluate(Candidate candidate, Fidelity fidelity) {
    long start = Clock.systemUTC().millis();
    BaseNetwork network = base.value();
    CandidateImages known = images.value();
    try (TaskGpu gpu = TaskGpu.take()) {
      boolean first = network.isUnprepared(gpu.address().orElse(""));
      CandidateNetworks networks;
      try {
        networks = network.networks(gpu.address().orElse(""), factory);
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        return failed(e, start);
      }
      long prepared = first ? Clock.systemUTC().millis() - start : 0;
      Fitness fitness = judged(candidate, fidelity, networks, known);
      return Outcome.of(fitness, start, prepared, Clock.systemUTC().millis());
    }
  }

  private Outcome failed(Throwable failure, long start) {
    rethrowWhereCancelled(failure);
    return Outcome.of(Fitness.failed(reason(failure)), start, 0, Clock.systemUTC().millis());
  }

  private Fitness judged(
      Candidate candidate, Fidelity fidelity, CandidateNetworks networks, CandidateImages known) {
    try (TimeLimit time = new TimeLimit(limit)) {
      try {
        Runnable before =
            () -> {
              time.check();
              TaskContext.get().killTaskIfInterrupted();
            };
        return judging.judge(
            networks.network(candidate.code(), candidate.seed()),
            known,
            fidelity,
            candidate.seed(),
            before);
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        rethrowWhereCancelled(e);
        return Fitness.failed(
            time.isOver() ? "it took longer than " + limit.toMillis() / 1e3 + " s" : reason(e));
      }
    }
  }

  /** Spark gave the task up: nothing that happens then says anything of the candidate. */
  private static void rethrowWhereCancelled(Throwable failure) {
    if (TaskContext.get().isInterrupted()) {
      throw new IllegalStateException("The task was cancelled", failure);
    }
  }

  private static String reason(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "out of memory (" + failure.getMessage() + ")";
    }
    return failure instanceof TrainingException ? failure.getMessage() : failure.toString();
  }
}
