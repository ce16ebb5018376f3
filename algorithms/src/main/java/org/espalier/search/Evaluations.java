package org.espalier.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Turns proposals into evaluations: from the journal of an earlier run, from what is remembered, by
 * rejection, or by the evaluator. A code that is being evaluated is not submitted again; who asks
 * for it waits for the same result.
 */
final class Evaluations {
  /** The seed of an evaluation. */
  @FunctionalInterface
  interface Seeds {
    long of(long index, Code code, int replicate);
  }

  /** An evaluation, and whether it was read from the journal of an earlier run. */
  record Known(Evaluation evaluation, boolean isResumed) {}

  private record Pending(Proposal proposal, int replicate, Code code, double cost) {
    Memo.Key key() {
      return new Memo.Key(code, replicate);
    }

    Evaluation as(Fitness fitness, Evaluation.How how) {
      return new Evaluation(proposal, replicate, code, cost, fitness, how);
    }
  }

  private record Done(Pending pending, Fitness fitness, Throwable failure) {}

  private final Evaluator evaluator;
  private final Costs costs;
  private final SearchJournal journal;
  private final Memo memo;
  private final boolean remembers;
  private final Seeds seeds;
  private final Deque<Known> known = new ArrayDeque<>();
  private final Map<Memo.Key, List<Pending>> sameCode = new HashMap<>();
  private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
  private int running;
  private int open;

  Evaluations(
      Evaluator evaluator, Costs costs, SearchJournal journal, Optional<Memo> memo, Seeds seeds) {
    this.evaluator = evaluator;
    this.costs = costs;
    this.journal = journal;
    this.memo = memo.orElseGet(() -> new Memo(0));
    this.remembers = memo.isPresent();
    this.seeds = seeds;
  }

  /** Returns how many candidates the evaluator has. */
  int running() {
    return running;
  }

  /** Returns how many more proposals can be begun before the next is finished. */
  int room() {
    return Math.max(1, evaluator.capacity()) - open;
  }

  /** Tells whether nothing will come. */
  boolean isIdle() {
    return open == 0;
  }

  /**
   * Begins to find out about a proposal.
   *
   * @return the candidate, where one was submitted
   */
  Optional<Candidate> begin(Proposal proposal, int replicate) {
    open++;
    Optional<Evaluation> found = journal.recall(proposal, replicate);
    if (found.isPresent()) {
      Evaluation evaluation = found.get();
      if (evaluation.how() != Evaluation.How.REJECTED) {
        memo.put(new Memo.Key(evaluation.code(), replicate), evaluation.fitness());
      }
      known.add(new Known(evaluation, true));
      return Optional.empty();
    }
    Code code = costs.admitted(proposal);
    Pending pending = new Pending(proposal, replicate, code, costs.of(code));
    if (costs.isAbove(pending.cost())) {
      Fitness rejected = Fitness.failed(costs.reason(pending.cost()));
      known.add(new Known(pending.as(rejected, Evaluation.How.REJECTED), false));
      return Optional.empty();
    }
    Optional<Fitness> remembered = memo.find(pending.key());
    if (remembered.isPresent()) {
      known.add(new Known(pending.as(remembered.get(), Evaluation.How.CACHED), false));
      return Optional.empty();
    }
    if (remembers && sameCode.containsKey(pending.key())) {
      sameCode.get(pending.key()).add(pending);
      return Optional.empty();
    }
    return Optional.of(submit(pending));
  }

  private Candidate submit(Pending pending) {
    long index = pending.proposal().index();
    long seed = seeds.of(index, pending.code(), pending.replicate());
    Candidate candidate =
        new Candidate(
            index,
            pending.code(),
            pending.replicate(),
            seed,
            pending.cost(),
            pending.proposal().behind());
    if (remembers) {
      sameCode.put(pending.key(), new ArrayList<>());
    }
    running++;
    try {
      evaluator
          .submit(candidate)
          .whenComplete((fitness, failure) -> done.add(new Done(pending, fitness, failure)));
    } catch (RuntimeException refused) {
      done.add(new Done(pending, null, refused));
    }
    return candidate;
  }

  /**
   * Waits for what is known next.
   *
   * @throws CancellationException where the evaluator gave a candidate up
   */
  Known next() throws InterruptedException {
    if (known.isEmpty()) {
      finished(done.take());
    }
    open--;
    return known.remove();
  }

  private void finished(Done finished) {
    running--;
    Pending pending = finished.pending();
    Fitness fitness = fitness(finished);
    memo.put(pending.key(), fitness);
    known.add(new Known(pending.as(fitness, Evaluation.How.EVALUATED), false));
    List<Pending> others = sameCode.remove(pending.key());
    if (others != null) {
      Fitness same = fitness.with(Map.of());
      others.forEach(other -> known.add(new Known(other.as(same, Evaluation.How.CACHED), false)));
    }
  }

  private static Fitness fitness(Done done) {
    Throwable failure = done.failure();
    if (failure instanceof CompletionException && failure.getCause() != null) {
      failure = failure.getCause();
    }
    if (failure instanceof CancellationException) {
      CancellationException cancelled =
          new CancellationException(
              "The evaluator gave up candidate "
                  + done.pending().proposal().index()
                  + (failure.getMessage() == null ? "" : ": " + failure.getMessage()));
      cancelled.initCause(failure);
      throw cancelled;
    }
    if (failure != null) {
      return Fitness.failed(failure.toString());
    }
    return done.fitness() == null
        ? Fitness.failed("the evaluator returned nothing")
        : done.fitness();
  }
}
