package org.espalier.quantize.simqat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.espalier.quantize.layer.WeightScheme;
import org.junit.jupiter.api.Test;

/** Which weights learn. */
class RangeWeightsTest {
  private static final int CHANNELS = 64;
  private static final int LENGTH = 9;
  private static final Moment MOMENT = new Moment(true, 0, 0);

  @Test
  void onGridsThatCoverThemAllDo() {
    assertThat(gradients(WeightScheme.standard(8))).containsOnly(1);
  }

  @Test
  void onGridsThatWereMovedThoseOutsideDoNot() {
    double[] gradients = gradients(new WeightScheme(4, false, false, true));
    assertThat(gradients).containsOnly(0, 1);
    assertThat(Arrays.stream(gradients).filter(gradient -> gradient == 0).count())
        .isLessThan(gradients.length / 4);
  }

  /** What becomes of gradients of 1. */
  private static double[] gradients(WeightScheme scheme) {
    Random random = new Random(1);
    double[] weights = new double[CHANNELS * LENGTH];
    Arrays.setAll(weights, i -> (float) random.nextGaussian());
    double[] gradients = new double[weights.length];
    Arrays.fill(gradients, 1);
    new RangeWeights(scheme, 0)
        .backward(new Latent(CHANNELS, weights, Map.of()), MOMENT, gradients, Map.of());
    return gradients;
  }
}
