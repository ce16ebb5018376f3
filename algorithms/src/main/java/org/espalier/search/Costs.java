package org.espalier.search;

import java.util.function.ToDoubleFunction;
import org.espalier.data.RandomStreams;

/** What codes cost, and the limit that they have to keep. */
final class Costs {
  private final SearchSpace space;
  private final String name;
  private final ToDoubleFunction<Code> cost;
  private final CostLimit limit;
  private final long seed;

  /**
   * Checks that the least code keeps the limit.
   *
   * @param cost null where no cost is known
   * @param limit null where there is none
   */
  Costs(SearchSpace space, String name, ToDoubleFunction<Code> cost, CostLimit limit, long seed) {
    this.space = space;
    this.name = name;
    this.cost = cost;
    this.limit = limit;
    this.seed = seed;
    if (limit != null) {
      double least = of(space.leastCode());
      if (least > limit.most()) {
        throw new IllegalArgumentException(
            "Cannot search: the least code has more %s than the limit of %s (%s)"
                .formatted(name, limit.most(), least));
      }
    }
  }

  /** Returns a code's cost, 0 where no cost is known. */
  double of(Code code) {
    if (cost == null) {
      return 0;
    }
    double value = cost.applyAsDouble(code);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "Cannot search: the cost of %s must be a finite number of %s (%s)"
              .formatted(code, name, value));
    }
    return value;
  }

  /** Returns the code itself or, where it has to be repaired, what it is repaired to. */
  Code admitted(Proposal proposal) {
    Code code = proposal.code();
    return limit != null && limit.handling() == CostLimit.Handling.REPAIR && isAbove(of(code))
        ? limit.repaired(code, space, this::of, RandomStreams.of(seed, "repair", proposal.index()))
        : code;
  }

  /** Tells whether a cost is above the limit. */
  boolean isAbove(double value) {
    return limit != null && value > limit.most();
  }

  /** Returns why a code above the limit is not evaluated. */
  String reason(double value) {
    return "%s are above the limit of %s (%s)".formatted(name, limit.most(), value);
  }
}
