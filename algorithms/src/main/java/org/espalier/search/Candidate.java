package org.espalier.search;

import java.io.Serializable;
import java.util.Comparator;

/**
 * What an evaluator is asked to evaluate.
 *
 * <p>Whatever is random in an evaluation must come from its seed, so that it can be repeated, by a
 * retry or on another machine, with the same result.
 *
 * @param index which evaluation of the search it is, from 0; each is submitted once in a run
 * @param code the code, within the search's limit
 * @param replicate 0 while searching; {@link #PROMOTED} for one of the best that is judged more
 *     carefully; from 1 for the repetitions of a finalist
 * @param seed the seed of everything that is random in the evaluation
 * @param cost what the evaluation or the candidate is expected to cost, for starting the longest
 *     first; 0 where the search knows no cost
 * @param behind how many evaluations wait for this one, one after the other
 */
public record Candidate(long index, Code code, int replicate, long seed, double cost, int behind)
    implements Serializable {
  /** The replicate of a code that is promoted. */
  public static final int PROMOTED = -1;

  /**
   * The order in which candidates are best started: first the one with which the longest way
   * begins. What waits behind a candidate is near it, and so is taken to cost as much: the way
   * costs <em>cost (1 + behind)</em>. Of equals the one goes first behind which more wait, then the
   * one of the lower index.
   */
  public static final Comparator<Candidate> LONGEST_WAY_FIRST =
      Comparator.comparingDouble((Candidate each) -> each.cost() * (1.0 + each.behind()))
          .thenComparingInt(Candidate::behind)
          .reversed()
          .thenComparingLong(Candidate::index);

  /** Makes one for which nothing waits. */
  public Candidate(long index, Code code, int replicate, long seed, double cost) {
    this(index, code, replicate, seed, cost, 0);
  }
}
