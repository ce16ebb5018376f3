package org.espalier.inspect;

import java.util.List;

/**
 * The distribution of values that come in portions: moments, extremes, zeros and a histogram, in
 * memory that does not grow with their number.
 *
 * <p>Values that are not finite are counted apart and enter nothing else. Parts of a stream can be
 * summed up apart and {@linkplain #plus merged}: counts, extremes and histogram come out the same,
 * mean and variance up to rounding.
 */
public final class Distribution {
  private long count;
  private long zeros;
  private long notFinite;
  private double mean;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private Histogram histogram = new Histogram();

  /**
   * Equal bins.
   *
   * @param from the lower edge of the first bin
   * @param width the width of each bin, above 0
   * @param counts values in each bin; its upper edge does not belong to it
   */
  public record Bins(double from, double width, List<Long> counts) {

    /** Copies the list. */
    public Bins {
      counts = List.copyOf(counts);
    }
  }

  /** Adds values. */
  public void add(float... values) {
    Distribution portion = new Distribution();
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        portion.count++;
        portion.zeros += value == 0 ? 1 : 0;
        least = value < least ? value : least;
        greatest = value > greatest ? value : greatest;
        sum += value;
      }
    }
    portion.notFinite = values.length - portion.count;
    if (portion.count > 0) {
      portion.min = least;
      portion.max = greatest;
      portion.mean = sum / portion.count;
      portion.squares = histogram.add(values, Math.max(-least, greatest), portion.mean);
    }
    merge(portion);
  }

  /** Returns the distribution of both's values; neither is changed. */
  public Distribution plus(Distribution other) {
    Distribution sum = new Distribution();
    sum.merge(this);
    sum.merge(other);
    sum.histogram = histogram.plus(other.histogram);
    return sum;
  }

  /** Takes over all but the histogram. */
  private void merge(Distribution other) {
    long both = count + other.count;
    if (other.count > 0) {
      double apart = other.mean - mean;
      mean += apart * other.count / both;
      squares += other.squares + apart * apart * ((double) count * other.count / both);
    }
    count = both;
    zeros += other.zeros;
    notFinite += other.notFinite;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /** Returns the number of finite values. */
  public long count() {
    return count;
  }

  /** Returns the number of values that were infinite or not a number. */
  public long notFinite() {
    return notFinite;
  }

  /** Returns the mean; NaN without values. */
  public double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Returns the variance, the mean square distance from the mean; NaN without values. */
  public double variance() {
    return count == 0 ? Double.NaN : squares / count;
  }

  /** Returns the share of values that are exactly zero, 0 to 1; NaN without values. */
  public double sparsity() {
    return count == 0 ? Double.NaN : (double) zeros / count;
  }

  /** Returns the smallest value; NaN without values. */
  public double min() {
    return count == 0 ? Double.NaN : min;
  }

  /** Returns the greatest value; NaN without values. */
  public double max() {
    return count == 0 ? Double.NaN : max;
  }

  /** Returns the histogram: at most 256 bins whose width is a power of two. */
  public Bins histogram() {
    return histogram.bins();
  }
}
