package org.espalier.nn.fused;

/**
 * What numbers are rounded to: clamp(rint(x / step), lowest, highest) * step, halves going to the
 * even neighbour.
 *
 * @param step the distance of neighbours, above 0
 * @param lowest the smallest number, in steps
 * @param highest the largest number, in steps
 * @param endsPass whether a gradient passes where x is the smallest or the largest number, or has
 *     its ratio to the step; strictly between them it always does, and outside never
 */
public record RoundingGrid(float step, int lowest, int highest, boolean endsPass) {
  /** The smallest number at which a gradient passes. */
  float passesFrom() {
    if (endsPass) {
      return lowest * step;
    }
    // The next steps are few only from nearby: where a ratio is as good as 0, numbers are dense.
    float from = lowest == 0 ? (float) (step * (Float.MIN_VALUE / 2.0)) : lowest * step;
    while (from / step > lowest) {
      from = Math.nextDown(from);
    }
    while (from / step <= lowest) {
      from = Math.nextUp(from);
    }
    return from;
  }

  /** The largest number at which a gradient passes. */
  float passesTo() {
    float to = highest * step;
    if (endsPass) {
      return to;
    }
    while (to / step < highest) {
      to = Math.nextUp(to);
    }
    while (to / step >= highest) {
      to = Math.nextDown(to);
    }
    return to;
  }
}
