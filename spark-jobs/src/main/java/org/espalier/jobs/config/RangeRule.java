package org.espalier.jobs.config;

import org.espalier.quantize.observe.Clipping;

/** How much of what calibration images make of an activation its grid covers. */
public enum RangeRule {
  /** Everything. */
  MINMAX(Clipping.NONE),
  /** All but one number in ten thousand. */
  PERCENTILE(Clipping.PERCENTILE),
  /** What tells most about the distribution. */
  KL(Clipping.ENTROPY),
  /** What has the least squared error. */
  MSE(Clipping.SQUARED_ERROR);

  private final Clipping clipping;

  RangeRule(Clipping clipping) {
    this.clipping = clipping;
  }

  /** Returns the same as the algorithm takes it. */
  Clipping clipping() {
    return clipping;
  }
}
