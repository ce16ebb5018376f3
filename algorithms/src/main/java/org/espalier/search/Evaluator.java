package org.espalier.search;

import java.util.concurrent.CompletionStage;

/**
 * Evaluates candidates, as many at once as it can.
 *
 * <p>{@link #submit} returns at once. The fitness must depend on nothing but the candidate's code
 * and seed: not on what else runs, nor on the order. What goes wrong with a candidate is its
 * fitness ({@link Fitness#failed}); a stage that completes exceptionally is taken for the same. But
 * a stage that is cancelled says nothing of its candidate: it ends the search, which can be resumed
 * from its journal.
 *
 * <p>Where more candidates wait than can run, they should be started in the order {@link
 * Candidate#LONGEST_WAY_FIRST}, so that none is left running alone at the end, and none is waited
 * for that could have been known.
 */
@FunctionalInterface
public interface Evaluator {

  /**
   * Begins an evaluation, or lines it up.
   *
   * @return the fitness to come; it may complete on any thread
   */
  CompletionStage<Fitness> submit(Candidate candidate);

  /**
   * Returns how many candidates may be submitted and not yet finished, at least 1.
   *
   * <p>A few more than run at once let the longest way go first; a search's memory grows with it.
   */
  default int capacity() {
    return 1024;
  }
}
