package org.espalier.quantize;

/** Finds the smallest and the largest number. */
final class Extremes implements Pieces.Loop<ValueRange> {
  @Override
  public ValueRange run(float[] x, float[] dy, float[] out, int n) {
    float min = 0;
    float max = 0;
    for (int i = 0; i < n; i++) {
      min = Math.min(min, x[i]);
      max = Math.max(max, x[i]);
    }
    return new ValueRange(min, max);
  }

  @Override
  public ValueRange run(double[] x, double[] dy, double[] out, int n) {
    double min = 0;
    double max = 0;
    for (int i = 0; i < n; i++) {
      min = Math.min(min, x[i]);
      max = Math.max(max, x[i]);
    }
    return new ValueRange(min, max);
  }
}
