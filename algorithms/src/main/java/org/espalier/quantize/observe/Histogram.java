package org.espalier.quantize.observe;

import java.io.Serializable;
import org.espalier.quantize.ValueRange;

/**
 * How often numbers occur, in bins of equal width around zero, with the exact extremes.
 *
 * <p>The width is a power of two, the smallest with which all numbers fit; it doubles, and bins
 * join in pairs, when one does not. So neither the order of the numbers nor their distribution over
 * workers changes the result: histograms merge exactly.
 */
public final class Histogram implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Bins on each side of zero. */
  static final int SIDE = 2048;

  private static final int SMALLEST = -120;

  private long[] counts = new long[2 * SIDE];
  private int exponent = SMALLEST;
  private double min;
  private double max;
  private long total;
  private long zeros;

  /** Takes numbers in; one that is not finite is refused. */
  public void add(float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "Cannot calibrate: an activation is not finite (" + value + ")");
      }
      while (!fits(value)) {
        widen();
      }
      counts[bin(value)]++;
      zeros += value == 0 ? 1 : 0;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    total += values.length;
  }

  /** Takes in what another histogram has seen; the other may be widened. */
  public void merge(Histogram other) {
    while (exponent < other.exponent) {
      widen();
    }
    while (other.exponent < exponent) {
      other.widen();
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    total += other.total;
    zeros += other.zeros;
  }

  /** Returns the number of numbers. */
  public long total() {
    return total;
  }

  /** Returns the smallest and largest number, and zero. */
  public ValueRange range() {
    return new ValueRange(min, max);
  }

  /** Returns the width of a bin. */
  public double width() {
    return Math.scalb(1.0, exponent);
  }

  /** Returns the counts, from the most negative bin; zero is the lower end of the middle one. */
  public long[] counts() {
    return counts.clone();
  }

  /** Returns the counts without numbers that are zero: those are exact however they are rounded. */
  long[] countsWithoutZeros() {
    long[] others = counts.clone();
    others[SIDE] -= zeros;
    return others;
  }

  /** Returns the middle of a bin. */
  double centre(int bin) {
    return (bin - SIDE + 0.5) * width();
  }

  private boolean fits(double value) {
    double place = Math.floor(Math.scalb(value, -exponent));
    return place >= -SIDE && place < SIDE;
  }

  private int bin(double value) {
    return (int) Math.floor(Math.scalb(value, -exponent)) + SIDE;
  }

  private void widen() {
    long[] wider = new long[2 * SIDE];
    for (int i = 0; i < counts.length; i++) {
      wider[Math.floorDiv(i - SIDE, 2) + SIDE] += counts[i];
    }
    counts = wider;
    exponent++;
  }
}
