package org.espalier.search.baseline;

import java.util.List;
import org.espalier.search.Code;
import org.espalier.search.Objective;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.espalier.search.Strategy;

/**
 * Ageing evolution: the best of a random sample of the population gets a child with one number
 * changed, and the oldest member dies, however fit it is.
 *
 * <p>Real, Aggarwal, Huang and Le, Regularized Evolution for Image Classifier Architecture Search,
 * AAAI 2019, algorithm 1, <a href="https://arxiv.org/abs/1802.01548">arXiv:1802.01548</a>. The
 * sample is drawn with replacement, as there. A mutation draws a position of which more than one
 * number is allowed, and another number for it, both uniformly.
 *
 * <p>Where candidates are evaluated in parallel, child t is made from the population as it was
 * after evaluation t - window, whatever else has finished. With a window of 1 each child sees all
 * that was before it.
 *
 * @param evaluations how many in all, at least the population
 * @param population members, at least 1
 * @param sample how many of them compete to be the parent, at least 1
 * @param window children under way at once, at least 1
 * @param initial codes of the first members, at most as many as the population; the others are
 *     drawn
 */
public record RegularizedEvolution(
    long evaluations, int population, int sample, int window, List<Code> initial)
    implements Strategy {
  /** Checks the settings. */
  public RegularizedEvolution {
    check(population >= 1, "population must be at least 1", population);
    check(evaluations >= population, "evaluations must be at least the population", evaluations);
    check(sample >= 1, "sample must be at least 1", sample);
    check(window >= 1, "window must be at least 1", window);
    initial = List.copyOf(initial);
    check(
        initial.size() <= population,
        "initial codes must be at most as many as the population, " + population,
        initial.size());
  }

  /** Returns a sequential evolution of 20 members, of which 5 compete. */
  public static RegularizedEvolution of(long evaluations) {
    return new RegularizedEvolution(evaluations, (int) Math.min(20, evaluations), 5, 1, List.of());
  }

  /** Returns the same with more children under way at once. */
  public RegularizedEvolution withWindow(int children) {
    return new RegularizedEvolution(evaluations, population, sample, children, initial);
  }

  /** Returns the same whose population begins with codes that are given. */
  public RegularizedEvolution withInitial(List<Code> codes) {
    return new RegularizedEvolution(evaluations, population, sample, window, codes);
  }

  private static void check(boolean holds, String rule, long value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot evolve: " + rule + " (" + value + ")");
    }
  }

  @Override
  public String label() {
    return "regularized-evolution";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where an initial code is not of the space
   */
  @Override
  public Searcher start(SearchSpace space, Objective objective, long seed) {
    space.checkInitial(initial);
    return new Ageing(this, space, objective, seed);
  }
}
