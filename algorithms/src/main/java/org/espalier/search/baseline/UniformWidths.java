package org.espalier.search.baseline;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Objective;
import org.espalier.search.Origin;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.espalier.search.Strategy;

/**
 * The same share of every layer, and no search: what every structure of the same cost has to beat.
 * One code is evaluated.
 *
 * @param code that code
 */
public record UniformWidths(Code code) implements Strategy {
  /** Checks that the code is there. */
  public UniformWidths {
    Objects.requireNonNull(code, "Cannot keep uniform widths: code is missing");
  }

  /**
   * Returns the uniform code that is nearest to a limit of cost, and keeps it.
   *
   * <p>A share that lies between two numbers of a code is rounded so that the rest of one position
   * goes to the next: the codes looked at are <em>floor((i + 1) sum / length) - floor(i sum /
   * length)</em> at position i, for each sum of all numbers. So the numbers differ by one at most,
   * and the greater ones are spread evenly; where a position's bounds are narrower than that, its
   * number is the nearest one within. Of these codes the one of greatest cost within the limit is
   * taken, of equals that of the least sum.
   *
   * @param cost the cost of a code
   * @param most the greatest cost allowed; infinity for the greatest widths
   * @throws IllegalArgumentException where none of these codes keeps the limit
   */
  public static UniformWidths within(SearchSpace space, ToDoubleFunction<Code> cost, double most) {
    Code nearest = null;
    double reached = Double.NEGATIVE_INFINITY;
    for (long sum = sum(space, false); sum <= sum(space, true); sum++) {
      Code code = spread(space, sum);
      double value = cost.applyAsDouble(code);
      if (value <= most && value > reached) {
        nearest = code;
        reached = value;
      }
    }
    if (nearest == null) {
      throw new IllegalArgumentException(
          "Cannot keep uniform widths: none of them is within the limit (" + most + ")");
    }
    return new UniformWidths(nearest);
  }

  /** Returns the sum at which every number is the least, or the greatest, of all positions. */
  private static long sum(SearchSpace space, boolean greatest) {
    long bound = greatest ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    for (int i = 0; i < space.length(); i++) {
      bound = greatest ? Math.max(bound, space.most(i)) : Math.min(bound, space.least(i));
    }
    return bound * space.length();
  }

  private static Code spread(SearchSpace space, long sum) {
    int length = space.length();
    int[] values = new int[length];
    for (int i = 0; i < length; i++) {
      long share = Math.floorDiv((i + 1) * sum, length) - Math.floorDiv(i * sum, length);
      values[i] = space.clamp(i, share);
    }
    return Code.of(values);
  }

  @Override
  public String label() {
    return "uniform-widths";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where the code is not of the space
   */
  @Override
  public Searcher start(SearchSpace space, Objective objective, long seed) {
    if (!space.contains(code)) {
      throw new IllegalArgumentException(
          "Cannot keep uniform widths: the code is not of the space (" + code + ")");
    }
    return new Only();
  }

  private final class Only implements Searcher {
    private boolean asked;
    private boolean told;

    @Override
    public List<Proposal> ask(int most) {
      if (asked) {
        return List.of();
      }
      asked = true;
      return List.of(new Proposal(0, code, Origin.of("uniform", 0, 0)));
    }

    @Override
    public void tell(Evaluation evaluation) {
      told = true;
    }

    @Override
    public boolean isFinished() {
      return told;
    }

    @Override
    public long left() {
      return told ? 0 : 1;
    }

    @Override
    public List<Evaluation> population() {
      return List.of();
    }
  }
}
