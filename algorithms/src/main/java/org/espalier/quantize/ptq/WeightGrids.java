package org.espalier.quantize.ptq;

import java.util.Arrays;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.espalier.quantize.layer.Grids;
import org.espalier.quantize.layer.WeightScheme;

/** Grids for weights that are rounded once. */
final class WeightGrids {
  private static final int PARTS = 100;

  private WeightGrids() {}

  /**
   * Returns a grid for each output channel.
   *
   * @param clipped whether a grid covers the part of the range, in hundredths, with the least
   *     squared error of the weights; else all of it
   */
  static Grids of(WeightScheme scheme, boolean clipped, double[] weights, int channels) {
    Grids covering = Grids.covering(weights, channels, scheme.perChannel(), scheme::grid);
    if (!clipped) {
      return covering;
    }
    Grids best = covering;
    double[] least = errors(covering, weights, scheme.perChannel());
    for (int part = PARTS - 1; part > 0; part--) {
      double share = (double) part / PARTS;
      Grids candidate =
          Grids.covering(
              weights,
              channels,
              scheme.perChannel(),
              range -> scheme.grid(new ValueRange(range.min() * share, range.max() * share)));
      double[] errors = errors(candidate, weights, scheme.perChannel());
      Quantization[] chosen = best.channels().clone();
      for (int c = 0; c < channels; c++) {
        if (errors[c] < least[c]) {
          least[c] = errors[c];
          chosen[c] = candidate.channels()[c];
        }
      }
      best = new Grids(chosen);
    }
    return best;
  }

  /** The squared error of each channel, or, for each, that of all. */
  private static double[] errors(Grids grids, double[] weights, boolean perChannel) {
    double[] errors = new double[grids.channels().length];
    int length = weights.length / errors.length;
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      Quantization grid = grids.channels()[i / length];
      double difference = weights[i] - grid.value(grid.code((float) weights[i]));
      errors[i / length] += difference * difference;
      sum += difference * difference;
    }
    if (!perChannel) {
      Arrays.fill(errors, sum);
    }
    return errors;
  }
}
