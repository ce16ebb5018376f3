package org.espalier.quantize.observe;

import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;

/** How much of the numbers seen a quantisation should cover. */
public enum Clipping {
  /** Everything. */
  NONE {
    @Override
    public ValueRange range(Histogram histogram, CodeRange codes) {
      return histogram.range();
    }
  },

  /** All but one number in ten thousand, half of them on each side. */
  PERCENTILE {
    @Override
    public ValueRange range(Histogram histogram, CodeRange codes) {
      return percentile(histogram, 0.9999);
    }
  },

  /**
   * The threshold at which the quantised distribution tells most about the original, by their
   * Kullback-Leibler divergence; after Migacz, 8-bit inference with TensorRT, 2017.
   */
  ENTROPY {
    @Override
    public ValueRange range(Histogram histogram, CodeRange codes) {
      return Divergence.range(histogram, codes);
    }
  },

  /** The part of the range, in hundredths, with the least mean squared error. */
  SQUARED_ERROR {
    @Override
    public ValueRange range(Histogram histogram, CodeRange codes) {
      return leastError(histogram, codes);
    }
  };

  private static final int CANDIDATES = 100;

  /**
   * Returns the range to quantise.
   *
   * @param histogram what was seen; of nothing, the range is empty
   * @param codes the integers that the range will be spread over, asymmetrically
   */
  public abstract ValueRange range(Histogram histogram, CodeRange codes);

  /**
   * Returns the range that holds a part of the numbers.
   *
   * @param part from above 0 to 1; the rest is cut off in equal halves, to the width of a bin
   */
  public static ValueRange percentile(Histogram histogram, double part) {
    if (!(part > 0 && part <= 1)) {
      throw new IllegalArgumentException(
          "Cannot clip: the part that stays must be above 0, up to 1 (" + part + ")");
    }
    double cut = histogram.total() * (1 - part) / 2;
    long[] counts = histogram.counts();
    int low = 0;
    for (double below = 0; low < counts.length && (below += counts[low]) <= cut; ) {
      low++;
    }
    int high = counts.length - 1;
    for (double above = 0; high > 0 && (above += counts[high]) <= cut; ) {
      high--;
    }
    return within(histogram, low, high + 1);
  }

  /** Returns the range between the borders of bins, no wider than what was seen. */
  static ValueRange within(Histogram histogram, int from, int to) {
    ValueRange seen = histogram.range();
    double start = (from - Histogram.SIDE) * histogram.width();
    double end = (to - Histogram.SIDE) * histogram.width();
    return new ValueRange(
        start > seen.min() ? start : seen.min(), end < seen.max() ? end : seen.max());
  }

  private static ValueRange leastError(Histogram histogram, CodeRange codes) {
    ValueRange seen = histogram.range();
    ValueRange best = seen;
    double least = Double.POSITIVE_INFINITY;
    for (int i = CANDIDATES; i > 0; i--) {
      double part = (double) i / CANDIDATES;
      ValueRange candidate = new ValueRange(seen.min() * part, seen.max() * part);
      double error = error(histogram, Quantization.asymmetric(candidate, codes));
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static double error(Histogram histogram, Quantization quantization) {
    long[] counts = histogram.counts();
    double error = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        float value = (float) histogram.centre(i);
        double difference = value - quantization.value(quantization.code(value));
        error += counts[i] * difference * difference;
      }
    }
    return error;
  }
}
