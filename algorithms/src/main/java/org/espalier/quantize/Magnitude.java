package org.espalier.quantize;

/** Sums absolute values. */
final class Magnitude implements Pieces.Loop<Double> {
  @Override
  public Double run(float[] x, float[] dy, float[] out, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(x[i]);
    }
    return sum;
  }

  @Override
  public Double run(double[] x, double[] dy, double[] out, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(x[i]);
    }
    return sum;
  }
}
