package org.espalier.search;

/** What an evaluation's seed is made of, besides the search's. */
public enum SeedRule {
  /** The code and the replicate: a code is worth the same whenever it comes, and is remembered. */
  CODE,
  /**
   * The index of the evaluation as well: every evaluation draws anew, and nothing is remembered.
   */
  EVALUATION
}
