package org.espalier.search;

import java.util.List;

/** How far the members of a population are apart. */
final class Diversity {
  private Diversity() {}

  /** Returns the mean of |a - b| / (most - least) over pairs and positions; 0 without pairs. */
  static double of(SearchSpace space, List<Evaluation> population) {
    double sum = 0;
    long compared = 0;
    for (int i = 0; i < population.size(); i++) {
      for (int j = 0; j < i; j++) {
        Code a = population.get(i).code();
        Code b = population.get(j).code();
        for (int position = 0; position < space.length(); position++) {
          double range = space.most(position) - (double) space.least(position);
          sum += range == 0 ? 0 : Math.abs(a.at(position) - (double) b.at(position)) / range;
          compared++;
        }
      }
    }
    return compared == 0 ? 0 : sum / compared;
  }
}
