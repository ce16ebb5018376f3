package org.espalier.quantize;

/** Lets the gradient pass where a number lies in the range of those with a code, ends included. */
final class StraightThrough implements Pieces.Loop<Void> {
  private final float lower;
  private final float upper;

  StraightThrough(Quantization quantization) {
    this.lower = quantization.lower();
    this.upper = quantization.upper();
  }

  @Override
  public Void run(float[] x, float[] dy, float[] out, int n) {
    float low = lower;
    float high = upper;
    for (int i = 0; i < n; i++) {
      out[i] = x[i] >= low && x[i] <= high ? dy[i] : 0;
    }
    return null;
  }

  @Override
  public Void run(double[] x, double[] dy, double[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = x[i] >= lower && x[i] <= upper ? dy[i] : 0;
    }
    return null;
  }
}
