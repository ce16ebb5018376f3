package org.espalier.prune.scop;

import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/**
 * Normal noise, independent at each pixel, with the batch's mean and deviation in each channel.
 *
 * <p>An ablation: such images match the real ones in two moments a channel and in nothing else.
 */
public final class Noise implements KnockoffSource {
  private static final long serialVersionUID = 1L;

  @Override
  public int[] fill(float[] stacked, int rows, ImageShape shape, SplittableRandom random) {
    int channels = shape.channels();
    int half = rows * shape.size();
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    double count = (double) half / channels;
    for (int i = 0; i < half; i++) {
      mean[i % channels] += stacked[i] / count;
    }
    for (int i = 0; i < half; i++) {
      double d = stacked[i] - mean[i % channels];
      deviation[i % channels] += d * d / count;
    }
    for (int c = 0; c < channels; c++) {
      deviation[c] = Math.sqrt(deviation[c]);
    }
    NormalNumbers normal = new NormalNumbers(random);
    for (int i = 0; i < half; i++) {
      int c = i % channels;
      stacked[half + i] = (float) (mean[c] + deviation[c] * normal.next());
    }
    return Orders.identity(rows);
  }

  @Override
  public String toString() {
    return "Noise()";
  }
}
