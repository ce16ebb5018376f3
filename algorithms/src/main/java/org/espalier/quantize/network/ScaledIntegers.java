package org.espalier.quantize.network;

import org.espalier.quantize.CodeRange;
import org.espalier.quantize.layer.IntegerWeights;

/** Integer weights whose channels are multiplied by factors of either sign, exactly. */
final class ScaledIntegers {
  private ScaledIntegers() {}

  /** Whether integers can take a factor of either sign: their zero is 0, and -q is one with q. */
  static boolean canScale(IntegerWeights weights) {
    for (int zeroPoint : weights.zeroPoints()) {
      if (zeroPoint != 0) {
        return false;
      }
    }
    return weights.range().narrow() || weights.range().bits() < 8;
  }

  /** Returns the weights times the factors; a channel without a scale becomes zeros. */
  static IntegerWeights of(IntegerWeights weights, double[] factor) {
    int[] codes = weights.codes().clone();
    float[] scales = new float[factor.length];
    int length = codes.length / factor.length;
    for (int c = 0; c < factor.length; c++) {
      float scale = (float) (weights.scales()[c] * Math.abs(factor[c]));
      boolean dead = !(scale > 0);
      scales[c] = dead ? 1 : scale;
      for (int i = c * length; i < (c + 1) * length; i++) {
        codes[i] = dead ? 0 : factor[c] < 0 ? -codes[i] : codes[i];
      }
    }
    CodeRange range = weights.range();
    CodeRange both = range.narrow() ? range : CodeRange.narrow(range.bits() + 1);
    return new IntegerWeights(weights.bits(), both, codes, scales, weights.zeroPoints());
  }
}
