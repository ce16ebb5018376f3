package org.espalier.inspect;

import java.util.Arrays;

/**
 * Counts values in equal bins over a range that grows with them.
 *
 * <p>The range is [-R, R], R the smallest power of two above every magnitude seen (at least 2^-20).
 * When R doubles, pairs of bins merge exactly, so that the counts depend neither on the order of
 * the values nor on how they were split among histograms that were merged later.
 */
final class Histogram {
  /** The number of bins, of which those in use are handed out. */
  static final int BINS = 256;

  private static final double SMALLEST = 0x1p-20;

  private double range = SMALLEST;
  private long[] counts = new long[BINS];

  /**
   * Adds the finite ones of some values.
   *
   * @param magnitude the greatest magnitude among them
   * @param mean their mean
   * @return the sum of their squared distances from the mean
   */
  double add(float[] values, double magnitude, double mean) {
    double wider = range;
    while (magnitude >= wider) {
      wider *= 2;
    }
    widenTo(wider);
    double scale = BINS / 2 / range;
    double squares = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        counts[(int) ((value + range) * scale)]++;
        squares += (value - mean) * (value - mean);
      }
    }
    return squares;
  }

  private void widenTo(double wider) {
    while (range < wider) {
      long[] merged = new long[BINS];
      for (int bin = 0; bin < BINS; bin++) {
        merged[BINS / 4 + bin / 2] += counts[bin];
      }
      counts = merged;
      range *= 2;
    }
  }

  /** Returns the histogram of both's values. */
  Histogram plus(Histogram other) {
    Histogram sum = copy();
    Histogram addend = other.copy();
    sum.widenTo(addend.range);
    addend.widenTo(sum.range);
    for (int bin = 0; bin < BINS; bin++) {
      sum.counts[bin] += addend.counts[bin];
    }
    return sum;
  }

  private Histogram copy() {
    Histogram copy = new Histogram();
    copy.range = range;
    copy.counts = counts.clone();
    return copy;
  }

  /** Returns the bins from the first to the last that holds a value; none where all are empty. */
  Distribution.Bins bins() {
    int from = 0;
    int to = BINS;
    while (from < to && counts[from] == 0) {
      from++;
    }
    while (to > from && counts[to - 1] == 0) {
      to--;
    }
    double width = 2 * range / BINS;
    return new Distribution.Bins(
        -range + from * width, width, Arrays.stream(counts, from, to).boxed().toList());
  }
}
