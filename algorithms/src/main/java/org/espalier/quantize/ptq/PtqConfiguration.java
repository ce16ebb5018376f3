package org.espalier.quantize.ptq;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.observe.Clipping;

/**
 * The settings of quantisation after training.
 *
 * @param weights the grids of weights
 * @param clippedWeights whether a grid covers the part of its weights' range, in hundredths, with
 *     the least squared error; else all of it
 * @param activationBits of what layers with weights read, from 2 to 8; 0 leaves activations as they
 *     are
 * @param endBits of weights and input of the first and the last layer with weights, from 2 to 8
 * @param clipping how much of an activation its grid covers
 * @param equalized whether the ranges of channels are equalised across layers before
 * @param biasCorrection how biases make up for rounding
 * @param roundingSteps how many steps the choice of roundings is optimised for, layer by layer; 0
 *     rounds to the nearest
 */
public record PtqConfiguration(
    WeightScheme weights,
    boolean clippedWeights,
    int activationBits,
    int endBits,
    Clipping clipping,
    boolean equalized,
    BiasCorrection biasCorrection,
    int roundingSteps)
    implements Serializable {
  private static final int WIDEST = 8;

  /** Checks every setting. */
  public PtqConfiguration {
    Objects.requireNonNull(weights, "Cannot configure rounding: weights are missing");
    Objects.requireNonNull(clipping, "Cannot configure rounding: clipping is missing");
    Objects.requireNonNull(biasCorrection, "Cannot configure rounding: bias correction is missing");
    if (activationBits != 0) {
      CodeRange.unsigned(activationBits);
    }
    CodeRange.signed(endBits);
    if (roundingSteps < 0) {
      throw new IllegalArgumentException(
          "Cannot configure rounding: roundingSteps must be at least 0 (" + roundingSteps + ")");
    }
  }

  /**
   * Returns the defaults: symmetric narrow grids per output channel, rounding to the nearest, all
   * of the range covered, 8 bits at both ends.
   *
   * @param weightBits from 2 to 8
   * @param activationBits from 2 to 8
   */
  public static PtqConfiguration standard(int weightBits, int activationBits) {
    CodeRange.unsigned(activationBits);
    return of(weightBits, activationBits);
  }

  /** Returns the defaults for weights alone. */
  public static PtqConfiguration weightsOnly(int bits) {
    return of(bits, 0);
  }

  private static PtqConfiguration of(int weightBits, int activationBits) {
    return new PtqConfiguration(
        WeightScheme.standard(weightBits),
        false,
        activationBits,
        WIDEST,
        Clipping.NONE,
        false,
        BiasCorrection.NONE,
        0);
  }

  /** Returns the same with other grids of weights. */
  public PtqConfiguration withWeights(WeightScheme scheme, boolean clipped) {
    return new PtqConfiguration(
        scheme,
        clipped,
        activationBits,
        endBits,
        clipping,
        equalized,
        biasCorrection,
        roundingSteps);
  }

  /** Returns the same with other bits in the first and the last layer. */
  public PtqConfiguration withEndBits(int bits) {
    return new PtqConfiguration(
        weights,
        clippedWeights,
        activationBits,
        bits,
        clipping,
        equalized,
        biasCorrection,
        roundingSteps);
  }

  /** Returns the same with activations covered in another way. */
  public PtqConfiguration withClipping(Clipping other) {
    return new PtqConfiguration(
        weights,
        clippedWeights,
        activationBits,
        endBits,
        other,
        equalized,
        biasCorrection,
        roundingSteps);
  }

  /** Returns the same with channels equalised. */
  public PtqConfiguration withEqualization() {
    return new PtqConfiguration(
        weights,
        clippedWeights,
        activationBits,
        endBits,
        clipping,
        true,
        biasCorrection,
        roundingSteps);
  }

  /** Returns the same with biases corrected. */
  public PtqConfiguration withBiasCorrection(BiasCorrection correction) {
    return new PtqConfiguration(
        weights,
        clippedWeights,
        activationBits,
        endBits,
        clipping,
        equalized,
        correction,
        roundingSteps);
  }

  /** Returns the same with roundings optimised for so many steps. */
  public PtqConfiguration withRoundingSteps(int steps) {
    return new PtqConfiguration(
        weights,
        clippedWeights,
        activationBits,
        endBits,
        clipping,
        equalized,
        biasCorrection,
        steps);
  }

  boolean quantizesActivations() {
    return activationBits != 0;
  }

  /** Whether layers are gone through with images, one after the other. */
  boolean refines() {
    return roundingSteps > 0 || biasCorrection == BiasCorrection.EMPIRICAL;
  }

  /** The grids of a layer's weights. */
  WeightScheme weights(boolean end) {
    return end ? weights.withBits(endBits) : weights;
  }

  int inputBits(boolean end) {
    return end ? endBits : activationBits;
  }
}
