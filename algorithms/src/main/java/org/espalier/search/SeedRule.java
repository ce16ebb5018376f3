package org.espalier.search;

import org.espalier.data.RandomStreams;

/** What an evaluation's seed is made of, besides the search's. */
public enum SeedRule {
  /** The code and the replicate: a code is worth the same whenever it comes, and is remembered. */
  CODE,
  /**
   * The index of the evaluation as well: every evaluation draws anew, and nothing is remembered.
   */
  EVALUATION;

  /**
   * Returns the seed of an evaluation, that of its {@link Candidate}.
   *
   * @param search the search's seed
   * @param index that of the evaluation
   * @param code the code evaluated
   * @param replicate that of a {@link Candidate}
   */
  public long seed(long search, long index, Code code, int replicate) {
    long[] key = new long[code.length() + 2];
    key[0] = replicate;
    key[1] = this == CODE ? -1 : index;
    for (int i = 0; i < code.length(); i++) {
      key[i + 2] = code.at(i);
    }
    return RandomStreams.of(search, "evaluation", key).nextLong();
  }
}
