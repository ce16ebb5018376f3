package org.espalier.quantize.slb;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.quantize.CodeRange;

/**
 * The settings of SLB.
 *
 * @param weightBits of the weights of convolutions: 1, 2 or 4
 * @param activationBits of what they read: from 2 to 8, or 32 to leave it as it is
 * @param temperature how mixtures harden
 * @param searchesFirst whether the first layer is searched too; else it has 8 bits, as layers that
 *     are no convolutions have
 */
public record SlbConfiguration(
    int weightBits, int activationBits, Temperature temperature, boolean searchesFirst)
    implements Serializable {
  /** What stands for activations that are not quantised. */
  public static final int UNQUANTIZED = 32;

  /** Checks every setting. */
  public SlbConfiguration {
    Objects.requireNonNull(temperature, "Cannot configure SLB: temperature is missing");
    new SearchedWeights(weightBits, temperature);
    if (activationBits != UNQUANTIZED) {
      CodeRange.signed(activationBits);
    }
  }

  /**
   * Returns Golden Stick's schedule of the temperature, with every convolution searched.
   *
   * @param epochs the length of training, at least 1
   */
  public static SlbConfiguration standard(int weightBits, int activationBits, int epochs) {
    return new SlbConfiguration(weightBits, activationBits, Temperature.standard(epochs), true);
  }
}
