package org.espalier.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The evaluations that no other beats in fitness without costing more, or in cost without being
 * less fit; whatever the order in which they come. Of equals in both the one of lowest index stays.
 */
final class ParetoFront {
  private final List<Evaluation> front = new ArrayList<>();

  void add(Evaluation evaluation) {
    if (evaluation.fitness().isFailed()
        || front.stream().anyMatch(other -> displaces(other, evaluation))) {
      return;
    }
    front.removeIf(other -> displaces(evaluation, other));
    front.add(evaluation);
  }

  private static boolean displaces(Evaluation one, Evaluation other) {
    if (one.value() == other.value() && one.cost() == other.cost()) {
      return one.index() <= other.index();
    }
    return one.value() >= other.value() && one.cost() <= other.cost();
  }

  /** Returns the front, cheapest first. */
  List<Evaluation> cheapestFirst() {
    return front.stream().sorted(Comparator.comparingDouble(Evaluation::cost)).toList();
  }
}
