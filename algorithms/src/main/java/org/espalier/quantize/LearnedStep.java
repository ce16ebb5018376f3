package org.espalier.quantize;

/** Lets the gradient pass strictly inside, and sums what it says about the step. */
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
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float ratio = x[i] / step;
      boolean inside = ratio > lower && ratio < upper;
      out[i] = inside ? dy[i] : 0;
      sum += dy[i] * (inside ? Math.rint(ratio) - ratio : ratio <= lower ? lower : upper);
    }
    return sum;
  }

  @Override
  public Double run(double[] x, double[] dy, double[] out, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double ratio = x[i] / step;
      boolean inside = ratio > lower && ratio < upper;
      out[i] = inside ? dy[i] : 0;
      sum += dy[i] * (inside ? Math.rint(ratio) - ratio : ratio <= lower ? lower : upper);
    }
    return sum;
  }
}
