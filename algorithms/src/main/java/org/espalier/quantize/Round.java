package org.espalier.quantize;

/**
 * Rounds to numbers with a code.
 *
 * <p>Adding and taking away a number of which the last bit counts as one rounds halves to even, and
 * can be vectorised.
 */
final class Round implements Pieces.Loop<Void> {
  static final float FLOAT_ONES = 0x1.8p23f;
  static final double DOUBLE_ONES = 0x1.8p52;

  private final float scale;
  private final int lower;
  private final int upper;

  Round(Quantization quantization) {
    this.scale = quantization.scale();
    this.lower = quantization.codes().min() - quantization.zeroPoint();
    this.upper = quantization.codes().max() - quantization.zeroPoint();
  }

  @Override
  public Void run(float[] x, float[] dy, float[] out, int n) {
    float step = scale;
    float low = lower;
    float high = upper;
    for (int i = 0; i < n; i++) {
      out[i] = ((Math.min(Math.max(x[i] / step, low), high) + FLOAT_ONES) - FLOAT_ONES) * step;
    }
    return null;
  }

  @Override
  public Void run(double[] x, double[] dy, double[] out, int n) {
    double step = scale;
    double low = lower;
    double high = upper;
    for (int i = 0; i < n; i++) {
      out[i] = ((Math.min(Math.max(x[i] / step, low), high) + DOUBLE_ONES) - DOUBLE_ONES) * step;
    }
    return null;
  }
}
