package org.espalier.search.baseline;

import java.util.ArrayList;
import java.util.List;
import org.espalier.data.RandomStreams;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Objective;
import org.espalier.search.Origin;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.espalier.search.Strategy;

/**
 * Codes drawn uniformly, each by itself: the control arm of every comparison.
 *
 * @param evaluations how many, at least 1
 * @param initial codes that come first, at most as many; the others are drawn
 */
public record RandomSearch(long evaluations, List<Code> initial) implements Strategy {
  /** Checks the number. */
  public RandomSearch {
    if (evaluations < 1) {
      throw new IllegalArgumentException(
          "Cannot search at random: evaluations must be at least 1 (" + evaluations + ")");
    }
    initial = List.copyOf(initial);
    if (initial.size() > evaluations) {
      throw new IllegalArgumentException(
          "Cannot search at random: initial codes must be at most as many as evaluations, %d (%d)"
              .formatted(evaluations, initial.size()));
    }
  }

  /** Returns one that draws all codes. */
  public static RandomSearch of(long evaluations) {
    return new RandomSearch(evaluations, List.of());
  }

  /** Returns the same that begins with codes that are given. */
  public RandomSearch withInitial(List<Code> codes) {
    return new RandomSearch(evaluations, codes);
  }

  @Override
  public String label() {
    return "random-search";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where an initial code is not of the space
   */
  @Override
  public Searcher start(SearchSpace space, Objective objective, long seed) {
    space.checkInitial(initial);
    return new Drawing(space, seed);
  }

  private final class Drawing implements Searcher {
    private final SearchSpace space;
    private final long seed;
    private long asked;
    private long told;

    private Drawing(SearchSpace space, long seed) {
      this.space = space;
      this.seed = seed;
    }

    @Override
    public List<Proposal> ask(int most) {
      List<Proposal> proposals = new ArrayList<>();
      while (proposals.size() < most && asked < evaluations) {
        Code code =
            asked < initial.size()
                ? initial.get((int) asked)
                : space.random(RandomStreams.of(seed, "random search", asked));
        proposals.add(new Proposal(asked, code, Origin.of("random", 0, 0)));
        asked++;
      }
      return proposals;
    }

    @Override
    public void tell(Evaluation evaluation) {
      told++;
    }

    @Override
    public boolean isFinished() {
      return told == evaluations;
    }

    @Override
    public long left() {
      return evaluations - told;
    }

    @Override
    public List<Evaluation> population() {
      return List.of();
    }
  }
}
