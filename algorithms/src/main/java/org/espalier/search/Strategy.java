package org.espalier.search;

/**
 * A way to search: the settings of an algorithm. A record of them is written into the journal as
 * JSON, so that a search goes on only with what it began with.
 */
public interface Strategy {

  /** Returns the name for journals and reports, for example {@code bee-colony}. */
  String label();

  /**
   * Begins a search.
   *
   * @param seed the search's seed; random streams are derived from it
   * @throws IllegalArgumentException where the space is not one that the algorithm can search
   */
  Searcher start(SearchSpace space, Objective objective, long seed);
}
