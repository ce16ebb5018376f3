package org.espalier.quantize.simqat;

/**
 * Statistics of a batch, channel by channel.
 *
 * @param mean the mean
 * @param deviation the square root of the biased variance plus epsilon
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BatchScale(double[] mean, double[] deviation) {
  static BatchScale of(double[] mean, double[] variance, double eps) {
    double[] deviation = new double[mean.length];
    for (int c = 0; c < mean.length; c++) {
      deviation[c] = Math.sqrt(variance[c] + eps);
    }
    return new BatchScale(mean, deviation);
  }

  int channels() {
    return mean.length;
  }
}
