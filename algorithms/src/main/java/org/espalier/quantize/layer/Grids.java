package org.espalier.quantize.layer;

import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;

/**
 * The grids of a layer's weights: one for each output channel, or the same for all.
 *
 * @param channels as many as there are output channels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Grids(Quantization[] channels) {
  /** How the range of weights becomes a grid. */
  public interface Rule {
    /** Returns the grid of some weights' range. */
    Quantization of(ValueRange range);
  }

  /** Returns grids that cover the weights of each channel, or of all. */
  public static Grids covering(double[] weights, int channels, boolean perChannel, Rule rule) {
    int length = weights.length / channels;
    ValueRange[] ranges = new ValueRange[channels];
    ValueRange all = ValueRange.EMPTY;
    for (int c = 0; c < channels; c++) {
      double min = 0;
      double max = 0;
      for (int i = c * length; i < (c + 1) * length; i++) {
        min = Math.min(min, weights[i]);
        max = Math.max(max, weights[i]);
      }
      ranges[c] = new ValueRange(min, max);
      all = all.union(ranges[c]);
    }
    Quantization[] grids = new Quantization[channels];
    for (int c = 0; c < channels; c++) {
      grids[c] = rule.of(perChannel ? ranges[c] : all);
    }
    return new Grids(grids);
  }

  /** Returns grids around zero with given steps, one for each channel or one for all. */
  public static Grids withSteps(double[] steps, int channels, CodeRange codes) {
    Quantization[] grids = new Quantization[channels];
    for (int c = 0; c < channels; c++) {
      float step = (float) Math.max(PositiveStep.SMALLEST, steps[steps.length == 1 ? 0 : c]);
      grids[c] = new Quantization(step, 0, codes);
    }
    return new Grids(grids);
  }

  /** Returns the weights rounded to the grids, as integers. */
  public IntegerWeights integers(double[] weights, CodeRange codes) {
    int length = weights.length / channels.length;
    int[] integers = new int[weights.length];
    float[] scales = new float[channels.length];
    int[] zeroPoints = new int[channels.length];
    for (int c = 0; c < channels.length; c++) {
      scales[c] = channels[c].scale();
      zeroPoints[c] = channels[c].zeroPoint();
      for (int i = c * length; i < (c + 1) * length; i++) {
        integers[i] = channels[c].code((float) weights[i]);
      }
    }
    return new IntegerWeights(codes.bits(), codes, integers, scales, zeroPoints);
  }

  /** Takes the gradient from weights that lie outside their grid; ends count as inside. */
  public void mask(double[] weights, double[] gradient) {
    int length = weights.length / channels.length;
    for (int c = 0; c < channels.length; c++) {
      float lower = channels[c].lower();
      float upper = channels[c].upper();
      for (int i = c * length; i < (c + 1) * length; i++) {
        if (weights[i] < lower || weights[i] > upper) {
          gradient[i] = 0;
        }
      }
    }
  }
}
