package org.espalier.quantize.lsq;

import java.io.Serializable;
import org.espalier.quantize.CodeRange;

/**
 * The settings of LSQ.
 *
 * @param weightBits of weights, from 2 to 8
 * @param activationBits of what layers with weights read, from 2 to 8
 * @param endBits of weights and input of the first and the last layer with weights, from 2 to 8
 * @param perChannel whether weights have a step for each output channel; the paper has one a layer
 */
public record LsqConfiguration(int weightBits, int activationBits, int endBits, boolean perChannel)
    implements Serializable {
  /** Checks every setting. */
  public LsqConfiguration {
    CodeRange.signed(weightBits);
    CodeRange.signed(activationBits);
    CodeRange.signed(endBits);
  }

  /** Returns the paper's: the same bits for weights and activations, 8 at both ends. */
  public static LsqConfiguration standard(int bits) {
    return new LsqConfiguration(bits, bits, 8, false);
  }
}
