package org.espalier.prune.scop;

import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;

/**
 * How much a channel matters; the channels of a layer with the lowest scores are pruned.
 *
 * <p>With gamma the scale of the batch normalisation and b the control factor of the channel.
 */
public enum Importance {
  /** |gamma| (2 b - 1): SCOP's. A channel that its knockoff beats has a negative score. */
  SCOP,
  /** |gamma|: what is left of SCOP without control factors. A control arm. */
  GAMMA,
  /** Uniform random numbers from the seed. A control arm. */
  RANDOM;

  /** Tells whether the scores depend on trained control factors. */
  public boolean needsFactors() {
    return this == SCOP;
  }

  /**
   * Scores the channels of a layer.
   *
   * @param gamma one number a channel
   * @param factors one number a channel
   * @param seed the seed of the run
   * @param layer the position of the layer among those that are pruned
   */
  double[] scores(double[] gamma, double[] factors, long seed, int layer) {
    double[] scores = new double[gamma.length];
    SplittableRandom random = RandomStreams.of(seed, "scop importance", layer);
    for (int c = 0; c < scores.length; c++) {
      scores[c] =
          switch (this) {
            case SCOP -> Math.abs(gamma[c]) * (2 * factors[c] - 1);
            case GAMMA -> Math.abs(gamma[c]);
            case RANDOM -> random.nextDouble();
          };
    }
    return scores;
  }
}
