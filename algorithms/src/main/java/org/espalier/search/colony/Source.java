package org.espalier.search.colony;

import org.espalier.search.Evaluation;

/**
 * A source of food: a code with its fitness.
 *
 * @param evaluation the code and what it is worth
 * @param trials failed trials to find a better one nearby
 */
record Source(Evaluation evaluation, int trials) {

  /** Returns a source that has not been tried yet. */
  static Source of(Evaluation evaluation) {
    return new Source(evaluation, 0);
  }

  /** Returns the same with failed trials added. */
  Source failed(int more) {
    return new Source(evaluation, trials + more);
  }
}
