package org.espalier.search;

import java.util.List;
import java.util.Optional;

/**
 * What came of a search.
 *
 * @param best what the strategy takes for its result, by one evaluation each; empty if all failed
 * @param finalists the best codes looked at again, best mean first; empty if that was not asked for
 * @param front where the search knows a cost, the evaluations that no other beats in both fitness
 *     and cost, cheapest first; else empty
 * @param population the last population
 * @param tally what was done, finalists included
 */
public record SearchResult(
    Optional<Evaluation> best,
    List<Finalist> finalists,
    List<Evaluation> front,
    List<Evaluation> population,
    Tally tally) {
  /** Copies the lists. */
  public SearchResult {
    finalists = List.copyOf(finalists);
    front = List.copyOf(front);
    population = List.copyOf(population);
  }

  /**
   * Returns the code to go on with: that of the first finalist that did not fail, else the best.
   */
  public Optional<Code> winner() {
    return finalists.stream()
        .filter(finalist -> Double.isFinite(finalist.mean()))
        .map(finalist -> finalist.found().code())
        .findFirst()
        .or(() -> best.map(Evaluation::code));
  }
}
