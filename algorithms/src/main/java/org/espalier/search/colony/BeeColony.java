package org.espalier.search.colony;

import java.util.List;
import java.util.Objects;
import org.espalier.search.Code;
import org.espalier.search.Objective;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.espalier.search.Strategy;

/**
 * The artificial bee colony (ABC) for whole numbers.
 *
 * <p>The colony has n sources, codes drawn uniformly at first, but for those that it is given. In
 * each of T cycles
 *
 * <ul>
 *   <li>each employed bee tries a neighbour of its source i: at the drawn positions j, <em>v[j] =
 *       round(x_i[j] + r_j (x_i[j] - x_k[j]))</em>, kept within the space, with another source k
 *       and r_j uniform in [-1, 1) (equation 4 of the paper below). If it is fitter, it replaces
 *       the source, whose trials begin anew; else the source has one more failed trial.
 *   <li>onlookers do the same at sources that they choose by <em>P_i = 0.9 fit_i / max fit +
 *       0.1</em> (equation 6), as they are after the employed bees. A fitness below 0 counts as 0;
 *       P is 0.1 for all where none is above 0. Where the {@linkplain Objective#weighsCost cost
 *       counts}, sources seek different things, and P is 1 for all.
 *   <li>scouts replace sources that failed too often by codes drawn anew.
 * </ul>
 *
 * <p>That makes <em>n + T (2 n) + scouts</em> evaluations, fewer where {@link Onlookers#BERNOULLI}
 * stay away.
 *
 * <p>Karaboga, An idea based on honey bee swarm for numerical optimization, technical report TR06,
 * Erciyes University, 2005; for the structure of networks Lin et al., Channel Pruning via Automatic
 * Structure Search, IJCAI 2020, <a href="https://arxiv.org/abs/2001.08565">arXiv:2001.08565</a>.
 *
 * @param sources n, at least 2
 * @param cycles T, at least 0
 * @param limit failed trials after which a source is abandoned, at least 1
 * @param mode what may run at once
 * @param window candidates under way at once in mode {@link Mode#ASYNC_WINDOW}, at least 1
 * @param rounding how a neighbour's numbers become whole
 * @param positions which numbers a bee changes
 * @param onlookers which sources onlookers visit
 * @param scouts which sources are abandoned
 * @param champion what is taken for the result
 * @param initial codes that the first sources begin with, at most n; the others are drawn
 */
public record BeeColony(
    int sources,
    int cycles,
    int limit,
    Mode mode,
    int window,
    Rounding rounding,
    Positions positions,
    Onlookers onlookers,
    Scouts scouts,
    Champion champion,
    List<Code> initial)
    implements Strategy {

  /** Checks the settings. */
  public BeeColony {
    check(sources >= 2, "sources must be at least 2", sources);
    check(cycles >= 0, "cycles must be at least 0", cycles);
    check(limit >= 1, "limit must be at least 1", limit);
    check(window >= 1, "window must be at least 1", window);
    Objects.requireNonNull(mode, "Cannot make a bee colony: mode is missing");
    Objects.requireNonNull(rounding, "Cannot make a bee colony: rounding is missing");
    Objects.requireNonNull(positions, "Cannot make a bee colony: positions are missing");
    Objects.requireNonNull(onlookers, "Cannot make a bee colony: onlookers are missing");
    Objects.requireNonNull(scouts, "Cannot make a bee colony: scouts are missing");
    Objects.requireNonNull(champion, "Cannot make a bee colony: champion is missing");
    initial = List.copyOf(initial);
    check(
        initial.size() <= sources,
        "initial codes must be at most as many as sources, " + sources,
        initial.size());
  }

  private static void check(boolean holds, String rule, int value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot make a bee colony: " + rule + " (" + value + ")");
    }
  }

  /**
   * Returns the defaults: 10 sources, 10 cycles, limit 5, every position, the nearest number, all
   * sources at the limit abandoned, the best ever kept.
   */
  public static BeeColony standard() {
    return new BeeColony(
        10,
        10,
        5,
        Mode.WAVE,
        1,
        Rounding.NEAREST,
        Positions.ALL,
        Onlookers.CYCLIC,
        Scouts.ALL_AT_LIMIT,
        Champion.EVER,
        List.of());
  }

  /** Returns ABCPruner as its paper has it: 3 sources, 2 cycles, limit 2. */
  public static BeeColony paper() {
    return new BeeColony(
        3,
        2,
        2,
        Mode.WAVE,
        1,
        Rounding.NEAREST,
        Positions.ALL,
        Onlookers.BERNOULLI,
        Scouts.ALL_ABOVE_LIMIT,
        Champion.LAST_SOURCES,
        List.of());
  }

  /**
   * Returns ABCPruner as its authors' code has it by default, quirks included: 10 sources, 10
   * cycles, limit 5. The code also draws filters anew in every evaluation ({@link
   * org.espalier.search.SeedRule#EVALUATION}).
   */
  public static BeeColony officialCode() {
    return new BeeColony(
        10,
        10,
        5,
        Mode.WAVE,
        1,
        Rounding.TRUNCATE,
        new Positions(2, Positions.Draw.NEVER_LAST),
        Onlookers.CYCLIC,
        Scouts.WORST_AT_LIMIT,
        Champion.EVER_BUT_FIRST_SOURCES,
        List.of());
  }

  /** Returns the same of another size. */
  public BeeColony withSize(int newSources, int newCycles, int newLimit) {
    return new BeeColony(
        newSources,
        newCycles,
        newLimit,
        mode,
        window,
        rounding,
        positions,
        onlookers,
        scouts,
        champion,
        initial);
  }

  /** Returns the same in another mode, not {@link Mode#ASYNC_WINDOW}'s window. */
  public BeeColony with(Mode other) {
    return new BeeColony(
        sources, cycles, limit, other, window, rounding, positions, onlookers, scouts, champion,
        initial);
  }

  /** Returns the same whose bees change so many positions, drawn as they are now. */
  public BeeColony withPositions(int count) {
    return new BeeColony(
        sources,
        cycles,
        limit,
        mode,
        window,
        rounding,
        new Positions(count, positions.draw()),
        onlookers,
        scouts,
        champion,
        initial);
  }

  /** Returns the same whose first sources begin with codes that are given. */
  public BeeColony withInitial(List<Code> codes) {
    return new BeeColony(
        sources, cycles, limit, mode, window, rounding, positions, onlookers, scouts, champion,
        codes);
  }

  /** Returns the same with a window of candidates under way. */
  public BeeColony withWindow(int candidates) {
    return new BeeColony(
        sources,
        cycles,
        limit,
        Mode.ASYNC_WINDOW,
        candidates,
        rounding,
        positions,
        onlookers,
        scouts,
        champion,
        initial);
  }

  @Override
  public String label() {
    return "bee-colony";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where an initial code is not of the space, or {@link
   *     Positions.Draw#NEVER_LAST} leaves no position
   */
  @Override
  public Searcher start(SearchSpace space, Objective objective, long seed) {
    space.checkInitial(initial);
    if (positions.draw() == Positions.Draw.NEVER_LAST && space.length() < 2) {
      throw new IllegalArgumentException(
          "Cannot start a bee colony: drawing all positions but the last takes two of them ("
              + space.length()
              + ")");
    }
    return start(space, objective, new RandomDraws(this, space, seed));
  }

  /** Starts with draws that are made elsewhere. */
  Searcher start(SearchSpace space, Objective objective, Draws draws) {
    Sources first = new Sources(sources, objective);
    Itinerary itinerary = new Itinerary(this, draws);
    return switch (mode) {
      case SEQUENTIAL -> new InOrderColony(this, space, itinerary, first, 1);
      case ASYNC_WINDOW -> new InOrderColony(this, space, itinerary, first, window);
      case WAVE, SYNC -> new PhasedColony(this, space, itinerary, first);
    };
  }
}
