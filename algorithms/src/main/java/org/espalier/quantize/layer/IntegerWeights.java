package org.espalier.quantize.layer;

import org.espalier.quantize.CodeRange;

/**
 * The weights of a layer as integers: weight i of channel c is (code - zeroPoint[c]) * scale[c].
 *
 * @param bits how many different integers there may be, as a power of two, from 1 to 8
 * @param range the integers of the smallest type that holds them
 * @param codes the integers, channel by channel
 * @param scales one for each output channel
 * @param zeroPoints one for each output channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record IntegerWeights(
    int bits, CodeRange range, int[] codes, float[] scales, int[] zeroPoints) {
  /** Returns the number of output channels. */
  public int channels() {
    return scales.length;
  }

  /** Returns the weights, channel by channel. */
  public double[] values() {
    double[] values = new double[codes.length];
    int length = codes.length / scales.length;
    for (int i = 0; i < codes.length; i++) {
      int channel = i / length;
      values[i] = (codes[i] - zeroPoints[channel]) * scales[channel];
    }
    return values;
  }
}
