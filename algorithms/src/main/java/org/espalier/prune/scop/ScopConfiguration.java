package org.espalier.prune.scop;

import java.io.Serializable;
import java.util.Objects;

/**
 * The settings of SCOP.
 *
 * @param rate the part of each layer's channels that is pruned, in [0, 1)
 * @param seed the seed of everything that is drawn
 * @param knockoff the kind of knockoff images
 * @param epochs the length of the knockoff stage, at least 1
 * @param learningRate that of the control factors, positive
 * @param beta1 Adam's decay of the mean gradient, in [0, 1); Golden Stick's variant does not use it
 * @param beta2 Adam's decay of the mean squared gradient, in [0, 1); Golden Stick's variant does
 *     not use it
 * @param importance how channels are scored
 * @param compatibility whose variant is followed
 */
public record ScopConfiguration(
    double rate,
    long seed,
    Knockoff knockoff,
    int epochs,
    double learningRate,
    double beta1,
    double beta2,
    Importance importance,
    Compatibility compatibility)
    implements Serializable {

  /** Checks every setting. */
  public ScopConfiguration {
    Objects.requireNonNull(knockoff, "Cannot configure SCOP: knockoff is missing");
    Objects.requireNonNull(importance, "Cannot configure SCOP: importance is missing");
    Objects.requireNonNull(compatibility, "Cannot configure SCOP: compatibility is missing");
    check(rate >= 0 && rate < 1, "rate must be in [0, 1)", rate);
    check(epochs >= 1, "epochs must be at least 1", epochs);
    check(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate must be positive",
        learningRate);
    check(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1)", beta1);
    check(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1)", beta2);
    check(
        compatibility != Compatibility.GOLDEN_STICK || knockoff == Knockoff.PERMUTATION,
        "Golden Stick's variant takes knockoff PERMUTATION only",
        knockoff);
  }

  private static void check(boolean holds, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot configure SCOP: " + reason + " (" + value + ")");
    }
  }

  /**
   * Returns the defaults of the authors' code: derangement, 20 epochs, Adam(0.004, 0.5, 0.9).
   *
   * @param rate the part of each layer's channels that is pruned, in [0, 1)
   */
  public static ScopConfiguration official(double rate, long seed) {
    return new ScopConfiguration(
        rate,
        seed,
        Knockoff.DERANGEMENT,
        20,
        0.004,
        0.5,
        0.9,
        Importance.SCOP,
        Compatibility.OFFICIAL);
  }

  /**
   * Returns the defaults of Golden Stick: permutation, 40 epochs, learning rate 0.1.
   *
   * @param rate the part of each layer's channels that is pruned, in [0, 1)
   */
  public static ScopConfiguration goldenStick(double rate, long seed) {
    return new ScopConfiguration(
        rate,
        seed,
        Knockoff.PERMUTATION,
        40,
        0.1,
        0.5,
        0.9,
        Importance.SCOP,
        Compatibility.GOLDEN_STICK);
  }

  /** Returns the same with another kind of knockoffs. */
  public ScopConfiguration withKnockoff(Knockoff other) {
    return new ScopConfiguration(
        rate, seed, other, epochs, learningRate, beta1, beta2, importance, compatibility);
  }

  /** Returns the same with another length of the knockoff stage. */
  public ScopConfiguration withEpochs(int other) {
    return new ScopConfiguration(
        rate, seed, knockoff, other, learningRate, beta1, beta2, importance, compatibility);
  }

  /** Returns the same with another learning rate. */
  public ScopConfiguration withLearningRate(double other) {
    return new ScopConfiguration(
        rate, seed, knockoff, epochs, other, beta1, beta2, importance, compatibility);
  }

  /** Returns the same with another importance. */
  public ScopConfiguration withImportance(Importance other) {
    return new ScopConfiguration(
        rate, seed, knockoff, epochs, learningRate, beta1, beta2, other, compatibility);
  }
}
