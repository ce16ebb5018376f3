package org.espalier.search;

import java.io.Serializable;

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
 */
public record Candidate(long index, Code code, int replicate, long seed, double cost)
    implements Serializable {
  /** The replicate of a code that is promoted. */
  public static final int PROMOTED = -1;
}
