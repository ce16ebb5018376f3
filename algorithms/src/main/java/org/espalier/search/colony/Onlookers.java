package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Which sources the onlookers visit, given each source's probability. */
public enum Onlookers {
  /**
   * They go round the sources, each visited if a uniform number is below its probability, until
   * there were as many visits as sources: ABCPruner's code, and Karaboga's.
   */
  CYCLIC,
  /** One round, each visited if a uniform number is at most its probability: ABCPruner's paper. */
  BERNOULLI;

  List<Integer> visited(double[] probabilities, DoubleSupplier uniform) {
    List<Integer> visited = new ArrayList<>();
    if (this == BERNOULLI) {
      for (int i = 0; i < probabilities.length; i++) {
        if (uniform.getAsDouble() <= probabilities[i]) {
          visited.add(i);
        }
      }
      return visited;
    }
    for (int i = 0; visited.size() < probabilities.length; i = (i + 1) % probabilities.length) {
      if (uniform.getAsDouble() < probabilities[i]) {
        visited.add(i);
      }
    }
    return visited;
  }
}
