package org.espalier.prune.scop;

import java.util.SplittableRandom;

/** Draws standard normal numbers by the polar method. */
final class NormalNumbers {
  private final SplittableRandom random;
  private double spare = Double.NaN;

  NormalNumbers(SplittableRandom random) {
    this.random = random;
  }

  double next() {
    if (!Double.isNaN(spare)) {
      double result = spare;
      spare = Double.NaN;
      return result;
    }
    double x;
    double y;
    double s;
    do {
      x = 2 * random.nextDouble() - 1;
      y = 2 * random.nextDouble() - 1;
      s = x * x + y * y;
    } while (s >= 1 || s == 0);
    double scale = Math.sqrt(-2 * Math.log(s) / s);
    spare = y * scale;
    return x * scale;
  }
}
