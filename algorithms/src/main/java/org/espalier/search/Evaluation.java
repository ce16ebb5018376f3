package org.espalier.search;

import java.util.Objects;

/**
 * What came of a proposal.
 *
 * @param proposal what was proposed
 * @param replicate that of a {@link Candidate}
 * @param code what was evaluated: the code proposed, or what repair made of it to keep the limit
 * @param cost the code's cost; 0 where the search knows no cost
 * @param fitness how fit it is
 * @param how how that was found out
 */
public record Evaluation(
    Proposal proposal, int replicate, Code code, double cost, Fitness fitness, How how) {

  /** How a fitness was found out. */
  public enum How {
    /** The evaluator did it. */
    EVALUATED,
    /** The same code had been evaluated before. */
    CACHED,
    /** The code is above the limit of cost and was not evaluated. */
    REJECTED
  }

  /** Checks that nothing is missing. */
  public Evaluation {
    Objects.requireNonNull(proposal, "Cannot make an evaluation: proposal is missing");
    Objects.requireNonNull(code, "Cannot make an evaluation: code is missing");
    Objects.requireNonNull(fitness, "Cannot make an evaluation: fitness is missing");
    Objects.requireNonNull(how, "Cannot make an evaluation: how is missing");
  }

  /** Returns the index of the proposal. */
  public long index() {
    return proposal.index();
  }

  /** Returns the fitness, minus infinity for a failure. */
  public double value() {
    return fitness.value();
  }
}
