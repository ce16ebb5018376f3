package org.espalier.quantize;

import java.io.Serializable;

/**
 * An interval of real numbers that holds zero.
 *
 * @param min the lower end, at most 0
 * @param max the upper end, at least 0
 */
public record ValueRange(double min, double max) implements Serializable {
  /** Nothing but zero: what is known before anything was seen. */
  public static final ValueRange EMPTY = new ValueRange(0, 0);

  /** Extends the interval to zero; a not-a-number counts as zero. */
  public ValueRange {
    min = min < 0 ? min : 0;
    max = max > 0 ? max : 0;
  }

  /** Whether there is nothing but zero. */
  public boolean isEmpty() {
    return min == 0 && max == 0;
  }

  /** Returns the largest absolute value. */
  public double magnitude() {
    return Math.max(-min, max);
  }

  /** Returns the smallest interval that holds both. */
  public ValueRange union(ValueRange other) {
    return new ValueRange(Math.min(min, other.min), Math.max(max, other.max));
  }
}
