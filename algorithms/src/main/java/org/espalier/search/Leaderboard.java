package org.espalier.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The best evaluations of different codes, whatever the order in which they come: greatest fitness
 * first, of equals the one of lower index. Failures do not enter.
 */
final class Leaderboard {
  private static final Comparator<Evaluation> BEST_FIRST =
      Comparator.comparingDouble(Evaluation::value).reversed().thenComparingLong(Evaluation::index);

  private final int places;
  private final List<Evaluation> best = new ArrayList<>();

  Leaderboard(int places) {
    this.places = places;
  }

  void add(Evaluation evaluation) {
    if (evaluation.fitness().isFailed()) {
      return;
    }
    for (Evaluation placed : best) {
      if (placed.code().equals(evaluation.code())) {
        if (BEST_FIRST.compare(evaluation, placed) >= 0) {
          return;
        }
        best.remove(placed);
        break;
      }
    }
    best.add(evaluation);
    best.sort(BEST_FIRST);
    if (best.size() > places) {
      best.remove(places);
    }
  }

  List<Evaluation> best() {
    return List.copyOf(best);
  }
}
