package org.espalier.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The greatest cost that a candidate may have, and what happens to one above it.
 *
 * @param most the greatest cost, in the unit of the search's cost
 * @param handling what happens above it
 */
public record CostLimit(double most, Handling handling) {
  /** What happens to a code above the limit. */
  public enum Handling {
    /** Numbers of the code are lowered, one at a time in random order, until the limit is kept. */
    REPAIR,
    /** The code fails, without an evaluation, and counts as one. */
    REJECT
  }

  /** Checks the limit. */
  public CostLimit {
    Objects.requireNonNull(handling, "Cannot limit the cost: handling is missing");
    if (!Double.isFinite(most)) {
      throw new IllegalArgumentException(
          "Cannot limit the cost: the limit must be finite (" + most + ")");
    }
  }

  /**
   * Returns a code within the limit, at or below the one given at every position.
   *
   * <p>The numbers are lowered by one, in a random order of all such steps down to the least code.
   * Along that order the place is found by bisection, so that it is the first one within the limit
   * if the cost never grows on the way.
   */
  Code repaired(
      Code code, SearchSpace space, ToDoubleFunction<Code> cost, SplittableRandom random) {
    List<Integer> steps = new ArrayList<>();
    for (int position = 0; position < code.length(); position++) {
      steps.addAll(Collections.nCopies(code.at(position) - space.least(position), position));
    }
    Collections.shuffle(steps, new Random(random.nextLong()));
    int above = 0;
    int within = steps.size();
    while (within - above > 1) {
      int middle = (above + within) >>> 1;
      if (cost.applyAsDouble(lowered(code, steps.subList(0, middle))) <= most) {
        within = middle;
      } else {
        above = middle;
      }
    }
    return lowered(code, steps.subList(0, within));
  }

  private static Code lowered(Code code, List<Integer> positions) {
    int[] values = code.toArray();
    positions.forEach(position -> values[position]--);
    return Code.of(values);
  }
}
