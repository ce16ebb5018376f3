package org.espalier.prune.channel;

import java.util.List;

/** How the scores of a group's members become one score for each channel. */
public enum Aggregation {
  /** Their sum. */
  SUM,
  /** Their mean: groups of many members do not weigh more. */
  MEAN,
  /** Their maximum: a channel stays if any member needs it. */
  MAX;

  /** One score a channel. */
  double[] aggregate(List<double[]> members) {
    double[] scores = members.get(0).clone();
    for (double[] member : members.subList(1, members.size())) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] = this == MAX ? Math.max(scores[i], member[i]) : scores[i] + member[i];
      }
    }
    if (this == MEAN) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] /= members.size();
      }
    }
    return scores;
  }
}
