package org.espalier.quantize;

/**
 * Lets the gradient pass strictly inside, and sums what it says about the step.
 *
 * <p>Inside and outside are told by multiplication, not by branches, and one thing is done at a
 * time: so the compiler vectorises.
 */
final class LearnedStep implements Pieces.Loop<Double> {
  private final float step;
  private final int lower;
  private final int upper;

  LearnedStep(Quantization quantization) {
    if (quantization.zeroPoint() != 0) {
      throw new IllegalArgumentException(
          "Cannot learn a step: the zero point must be 0 (" + quantization.zeroPoint() + ")");
    }
    this.step = quantization.scale();
    this.lower = quantization.codes().min();
    this.upper = quantization.codes().max();
  }

  @Override
  public Double run(float[] x, float[] dy, float[] out, int n) {
    float low = lower;
    float high = upper;
    float s = step;
    for (int i = 0; i < n; i++) {
      x[i] = x[i] / s;
    }
    for (int i = 0; i < n; i++) {
      float depth = Math.min(x[i] - low, high - x[i]);
      out[i] = Math.min(Math.max(depth * Float.MAX_VALUE, 0f), 1f);
    }
    for (int i = 0; i < n; i++) {
      x[i] = Math.min(Math.max(x[i], low), high);
    }
    for (int i = 0; i < n; i++) {
      x[i] = dy[i] * (((x[i] + Round.FLOAT_ONES) - Round.FLOAT_ONES) - x[i] * out[i]);
    }
    for (int i = 0; i < n; i++) {
      out[i] = dy[i] * out[i];
    }
    return sum(x, n);
  }

  /** Four sums at a time, which do not wait for one another. */
  private static double sum(float[] terms, int n) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      first += terms[i];
      second += terms[i + 1];
      third += terms[i + 2];
      fourth += terms[i + 3];
    }
    for (; i < n; i++) {
      first += terms[i];
    }
    return (first + second) + (third + fourth);
  }

  @Override
  public Double run(double[] x, double[] dy, double[] out, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double ratio = x[i] / step;
      double code =
          (Math.min(Math.max(ratio, lower), upper) + Round.DOUBLE_ONES) - Round.DOUBLE_ONES;
      boolean inside = ratio > lower && ratio < upper;
      out[i] = inside ? dy[i] : 0;
      sum += dy[i] * (inside ? code - ratio : code);
    }
    return sum;
  }
}
