package org.espalier.search.colony;

/** What a colony takes for its result. */
public enum Champion {
  /** The best candidate ever evaluated. */
  EVER,
  /** The best source at the end: ABCPruner's paper. */
  LAST_SOURCES,
  /**
   * The best candidate ever evaluated, of the first sources only the very first: ABCPruner's code,
   * which forgets the best of the others.
   */
  EVER_BUT_FIRST_SOURCES
}
