package org.espalier.search.colony;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.espalier.search.Code;
import org.espalier.search.SearchSpace;

/** Which sources are abandoned after a cycle, and what takes their place. */
public enum Scouts {
  /** All with as many failed trials as the limit, or more. */
  ALL_AT_LIMIT,
  /** All with more failed trials than the limit: ABCPruner's paper. */
  ALL_ABOVE_LIMIT,
  /**
   * The first of those with most failed trials, if they are as many as the limit: ABCPruner's code.
   * The new code's numbers are max(least, trunc(u * most)), u uniform in [0, 1): the greatest
   * number never comes.
   */
  WORST_AT_LIMIT;

  List<Integer> abandoned(int[] trials, int limit) {
    IntStream abandoned =
        switch (this) {
          case ALL_AT_LIMIT -> IntStream.range(0, trials.length).filter(i -> trials[i] >= limit);
          case ALL_ABOVE_LIMIT -> IntStream.range(0, trials.length).filter(i -> trials[i] > limit);
          case WORST_AT_LIMIT -> {
            int worst = 0;
            for (int i = 1; i < trials.length; i++) {
              worst = trials[i] > trials[worst] ? i : worst;
            }
            yield IntStream.of(worst).filter(i -> trials[i] >= limit);
          }
        };
    return abandoned.boxed().toList();
  }

  Code found(SearchSpace space, SplittableRandom random) {
    if (this != WORST_AT_LIMIT) {
      return space.random(random);
    }
    int[] values = new int[space.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = space.clamp(i, (long) (random.nextDouble() * space.most(i)));
    }
    return Code.of(values);
  }
}
