package org.espalier.quantize.simqat;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.observe.RunningRange;

/**
 * The settings of SimQAT.
 *
 * @param weights the grids of weights
 * @param folding how batch normalisation is folded in training
 * @param activations the integers of activations
 * @param symmetricActivations whether the grids of activations lie symmetrically around zero
 * @param observer how the range of an activation follows the batches
 * @param weightDelay the first iteration of training that rounds weights
 * @param activationDelay the first iteration of training that rounds activations
 * @param observerFreeze the first iteration that leaves ranges as they are
 * @param normalizationFreeze the first iteration that leaves the statistics of batch normalisation
 *     as they are, and uses them
 */
public record SimQatConfiguration(
    WeightScheme weights,
    Folding folding,
    CodeRange activations,
    boolean symmetricActivations,
    RunningRange observer,
    int weightDelay,
    int activationDelay,
    int observerFreeze,
    int normalizationFreeze)
    implements Serializable {
  /** Checks every setting. */
  public SimQatConfiguration {
    Objects.requireNonNull(weights, "Cannot configure SimQAT: weights are missing");
    Objects.requireNonNull(activations, "Cannot configure SimQAT: activations are missing");
    Objects.requireNonNull(observer, "Cannot configure SimQAT: the observer is missing");
    Objects.requireNonNull(folding, "Cannot configure SimQAT: folding is missing");
    if (folding == Folding.COMMUTING && !weights.commutes()) {
      throw new IllegalArgumentException(
          "Cannot configure SimQAT: folding COMMUTING takes symmetric narrow weights with a grid per"
              + " channel only ("
              + weights
              + ")");
    }
    checkIteration("weightDelay", weightDelay);
    checkIteration("activationDelay", activationDelay);
    checkIteration("observerFreeze", observerFreeze);
    checkIteration("normalizationFreeze", normalizationFreeze);
  }

  private static void checkIteration(String name, int iteration) {
    if (iteration < 0) {
      throw new IllegalArgumentException(
          "Cannot configure SimQAT: " + name + " must be at least 0 (" + iteration + ")");
    }
  }

  /**
   * Returns the defaults: symmetric narrow grids per output channel for weights, unsigned codes
   * with a moving average of decay 0.99 for activations, no delay, nothing frozen.
   *
   * @param bits of weights and activations, from 2 to 8
   */
  public static SimQatConfiguration standard(int bits) {
    return new SimQatConfiguration(
        WeightScheme.standard(bits),
        Folding.COMMUTING,
        CodeRange.unsigned(bits),
        false,
        RunningRange.average(0.99),
        0,
        0,
        ObservedSettings.NEVER,
        ObservedSettings.NEVER);
  }

  /** Returns the same with other grids of weights, and batch normalisation folded in this way. */
  public SimQatConfiguration withWeights(WeightScheme other, Folding how) {
    return new SimQatConfiguration(
        other,
        how,
        activations,
        symmetricActivations,
        observer,
        weightDelay,
        activationDelay,
        observerFreeze,
        normalizationFreeze);
  }

  /** Returns the same with other activations. */
  public SimQatConfiguration withActivations(CodeRange codes, boolean symmetric) {
    return new SimQatConfiguration(
        weights,
        folding,
        codes,
        symmetric,
        observer,
        weightDelay,
        activationDelay,
        observerFreeze,
        normalizationFreeze);
  }

  /** Returns the same with another observer. */
  public SimQatConfiguration withObserver(RunningRange other) {
    return new SimQatConfiguration(
        weights,
        folding,
        activations,
        symmetricActivations,
        other,
        weightDelay,
        activationDelay,
        observerFreeze,
        normalizationFreeze);
  }

  /** Returns the same with rounding from these iterations on. */
  public SimQatConfiguration withDelays(int ofWeights, int ofActivations) {
    return new SimQatConfiguration(
        weights,
        folding,
        activations,
        symmetricActivations,
        observer,
        ofWeights,
        ofActivations,
        observerFreeze,
        normalizationFreeze);
  }

  /** Returns the same with observers and normalisation frozen from these iterations on. */
  public SimQatConfiguration withFreezing(int ofObservers, int ofNormalization) {
    return new SimQatConfiguration(
        weights,
        folding,
        activations,
        symmetricActivations,
        observer,
        weightDelay,
        activationDelay,
        ofObservers,
        ofNormalization);
  }
}
