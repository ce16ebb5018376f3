package org.espalier.quantize.ptq;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Mean and variance of each channel, of numbers that are taken for normal.
 *
 * @param mean of each channel
 * @param variance of each channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NormalChannels(double[] mean, double[] variance) {
  private static final NormalDistribution STANDARD = new NormalDistribution(null, 0, 1);

  static NormalChannels of(double[] mean, double[] deviation) {
    double[] variance = new double[mean.length];
    for (int c = 0; c < variance.length; c++) {
      variance[c] = deviation[c] * deviation[c];
    }
    return new NormalChannels(mean.clone(), variance);
  }

  /** Returns the moments behind a ReLU, those of a clipped normal distribution. */
  NormalChannels rectified() {
    double[] m = new double[mean.length];
    double[] v = new double[mean.length];
    for (int c = 0; c < m.length; c++) {
      double deviation = Math.sqrt(variance[c]);
      if (deviation == 0) {
        m[c] = Math.max(0, mean[c]);
        continue;
      }
      double density = STANDARD.density(mean[c] / deviation);
      double positive = STANDARD.cumulativeProbability(mean[c] / deviation);
      m[c] = mean[c] * positive + deviation * density;
      double square = (mean[c] * mean[c] + variance[c]) * positive + mean[c] * deviation * density;
      v[c] = Math.max(0, square - m[c] * m[c]);
    }
    return new NormalChannels(m, v);
  }

  /** Returns the moments of a sum with numbers that are independent of these. */
  NormalChannels plus(NormalChannels other) {
    double[] m = mean.clone();
    double[] v = variance.clone();
    for (int c = 0; c < m.length; c++) {
      m[c] += other.mean[c];
      v[c] += other.variance[c];
    }
    return new NormalChannels(m, v);
  }

  /** Returns the moments of channels divided by numbers. */
  NormalChannels dividedBy(double[] divisors) {
    double[] m = mean.clone();
    double[] v = variance.clone();
    for (int c = 0; c < m.length; c++) {
      m[c] /= divisors[c];
      v[c] /= divisors[c] * divisors[c];
    }
    return new NormalChannels(m, v);
  }

  /** Returns channels of these in another order; zeros where the source is negative. */
  NormalChannels taking(int[] sources) {
    double[] m = new double[sources.length];
    double[] v = new double[sources.length];
    for (int c = 0; c < m.length; c++) {
      if (sources[c] >= 0) {
        m[c] = mean[sources[c]];
        v[c] = variance[sources[c]];
      }
    }
    return new NormalChannels(m, v);
  }
}
