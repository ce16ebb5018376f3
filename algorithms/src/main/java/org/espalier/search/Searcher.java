package org.espalier.search;

import java.util.List;
import java.util.Optional;

/**
 * An algorithm at work: it is asked for codes, and told what came of them.
 *
 * <p>The code of a proposal depends on the settings, the seed and the results told by index, never
 * on the order in which they are told. So the same search comes of it whatever runs at once, and a
 * search is resumed by telling it again what is known.
 *
 * <p>Used by one thread.
 */
public interface Searcher {

  /**
   * Returns proposals that can be evaluated now, each once.
   *
   * @param most how many at most, at least 1; what is left comes with the next call
   */
  List<Proposal> ask(int most);

  /** Tells what came of a proposal, each once. */
  void tell(Evaluation evaluation);

  /** Tells whether all that was asked has been told, and no more will be asked. */
  boolean isFinished();

  /** Returns how many evaluations have still to be told, as far as is known now. */
  long left();

  /** Returns the members of the population as they are now, as far as they are known. */
  List<Evaluation> population();

  /**
   * Returns what the algorithm itself takes for its result; empty where that is the best of all
   * evaluations.
   */
  default Optional<Evaluation> champion() {
    return Optional.empty();
  }
}
