package org.espalier.nn;

import java.io.Serializable;

/**
 * The weighted combination of some workers' copies of a vector, open for more.
 *
 * <p>Sums are kept in double precision. Pooled variances follow Chan, Golub and LeVeque (1979):
 * with weight w, mean m and sum of squared deviations S on either side, {@code S = Sa + Sb + (mb -
 * ma)^2 wa wb / (wa + wb)}, which equals {@code sum w (v + m^2) / sum w - mean^2} without its
 * cancellation. Extremes are not weighted, and what is to be recomputed is averaged until then. One
 * contributor's copy comes out bit for bit as it went in.
 *
 * <p>Floating-point addition is not associative: for a result that can be repeated, combine in an
 * order that does not depend on who finished first.
 */
public final class ParameterAverage implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long weight;
  private final float[] only;
  private final double[] sums;

  private ParameterAverage(long weight, float[] only, double[] sums) {
    this.weight = weight;
    this.only = only;
    this.sums = sums;
  }

  /** Returns the contribution of nobody, which changes no average. */
  public static ParameterAverage none() {
    return new ParameterAverage(0, null, null);
  }

  /**
   * Returns one worker's contribution.
   *
   * @param weight the examples that it has seen, at least 1
   * @param values its copy, laid out as the moving vector of a {@link ParameterLayout}; not copied
   */
  public static ParameterAverage of(long weight, float[] values) {
    if (weight < 1) {
      throw new IllegalArgumentException(
          "Cannot contribute to an average: the weight must be at least 1 (" + weight + ")");
    }
    return new ParameterAverage(weight, values, null);
  }

  /** Returns the examples behind the average. */
  public long weight() {
    return weight;
  }

  /**
   * Combines two averages; neither is of use afterwards.
   *
   * @param layout the layout of both
   */
  public ParameterAverage plus(ParameterAverage other, ParameterLayout layout) {
    if (weight == 0) {
      return other;
    }
    if (other.weight == 0) {
      return this;
    }
    double[] mine = toSums(layout);
    double[] theirs = other.toSums(layout);
    for (ParameterRange range : layout.movingRanges()) {
      if (range.isPooled()) {
        addBetween(range, mine, theirs, other.weight);
      }
    }
    for (ParameterRange range : layout.movingRanges()) {
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        mine[i] = joined(range.kind(), mine[i], theirs[i]);
      }
    }
    return new ParameterAverage(weight + other.weight, null, mine);
  }

  private static double joined(ParameterClass kind, double mine, double theirs) {
    return switch (kind) {
      case MINIMUM -> Math.min(mine, theirs);
      case MAXIMUM -> Math.max(mine, theirs);
      default -> mine + theirs;
    };
  }

  /** Adds what the distance of the two sides' means brings to the squared deviations. */
  private void addBetween(ParameterRange range, double[] mine, double[] theirs, long otherWeight) {
    double harmonic = (double) weight * otherWeight / (weight + otherWeight);
    for (int i = 0; i < range.length(); i++) {
      int mean = range.meanOffset() + i;
      double distance = theirs[mean] / otherWeight - mine[mean] / weight;
      mine[range.offset() + i] += distance * distance * harmonic;
    }
  }

  private double[] toSums(ParameterLayout layout) {
    if (sums != null) {
      return sums;
    }
    double[] result = new double[only.length];
    for (ParameterRange range : layout.movingRanges()) {
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        result[i] = contribution(range.kind(), only[i]);
      }
    }
    return result;
  }

  private double contribution(ParameterClass kind, double value) {
    return switch (kind) {
      case MINIMUM, MAXIMUM -> value;
      case POOLED_LOG_DEVIATION -> weight * Math.pow(10, 2 * value);
      default -> weight * value;
    };
  }

  /**
   * Returns the combined values: means, pooled variances, means clamped to 0..1, extremes.
   *
   * @throws IllegalStateException when nobody contributed
   */
  public float[] values(ParameterLayout layout) {
    if (weight == 0) {
      throw new IllegalStateException("Cannot average: no worker contributed");
    }
    float[] values = only != null ? only.clone() : new float[sums.length];
    for (ParameterRange range : layout.movingRanges()) {
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        if (sums != null) {
          values[i] = (float) value(range.kind(), sums[i]);
        }
        if (range.kind() == ParameterClass.UNIT_INTERVAL) {
          values[i] = Math.min(1f, Math.max(0f, values[i]));
        }
      }
    }
    return values;
  }

  private double value(ParameterClass kind, double sum) {
    return switch (kind) {
      case MINIMUM, MAXIMUM -> sum;
      case POOLED_LOG_DEVIATION -> 0.5 * Math.log10(Math.max(sum / weight, Float.MIN_NORMAL));
      default -> sum / weight;
    };
  }
}
