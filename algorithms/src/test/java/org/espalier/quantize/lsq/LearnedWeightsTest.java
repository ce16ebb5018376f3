package org.espalier.quantize.lsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Map;
import java.util.Random;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedWeightsTest {
  private static final Moment NOW = new Moment(true, 0, 0);
  private static final double[] WEIGHTS = {-.9f, -.2f, .05f, .31f, .62f, 1.4f};

  private static Latent latent(double[] weights, double... steps) {
    return new Latent(2, weights, Map.of(LearnedWeights.STEP, steps));
  }

  @Test
  void exampleOfThreeBits() {
    LearnedWeights quantizer = new LearnedWeights(3, false);
    Latent latent = latent(WEIGHTS, .2f);
    assertThat(quantizer.effective(latent, NOW))
        .containsExactly(new double[] {-.8, -.2, 0, .4, .6, .6}, offset(1e-6));
    double[] gradient = {1, -2, 3, .5, 1, -1};
    double[] step = new double[1];
    quantizer.backward(latent, NOW, gradient, Map.of(LearnedWeights.STEP, step));
    assertThat(gradient).containsExactly(0, -2, 3, .5, 0, 0);
    assertThat(step[0]).isCloseTo(-1.06655273, offset(1e-5));
    assertThat(quantizer.initial(WEIGHTS, 2).get(LearnedWeights.STEP)[0])
        .isCloseTo(.66972631, offset(1e-6));
  }

  @Test
  void stepsOfChannelsAreLearnedFromTheirOwnWeights() {
    LearnedWeights quantizer = new LearnedWeights(3, true);
    double[] together = new double[2];
    quantizer.backward(
        latent(WEIGHTS, .2, .3),
        NOW,
        new double[] {1, -2, 3, .5, 1, -1},
        Map.of(LearnedWeights.STEP, together));
    double[] alone = new double[1];
    new LearnedWeights(3, false)
        .backward(
            new Latent(
                1,
                new double[] {WEIGHTS[3], WEIGHTS[4], WEIGHTS[5]},
                Map.of(LearnedWeights.STEP, new double[] {.3})),
            NOW,
            new double[] {.5, 1, -1},
            Map.of(LearnedWeights.STEP, alone));
    assertThat(together[1]).isEqualTo(alone[0]);
    assertThat(quantizer.initial(WEIGHTS, 2).get(LearnedWeights.STEP)[0])
        .isCloseTo(2 * 1.15 / 3 / Math.sqrt(3), offset(1e-6));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void gradientOfTheStepIsCodeMinusMaskedRatio(int bits) {
    LearnedWeights quantizer = new LearnedWeights(bits, false);
    Random random = new Random(bits);
    double s = 0.3f;
    for (int i = 0; i < 300; i++) {
      double[] weight = {(float) (random.nextGaussian() * (bits == 8 ? 40 : 2))};
      Latent latent = new Latent(1, weight, Map.of(LearnedWeights.STEP, new double[] {s}));
      double[] step = new double[1];
      double[] gradient = {1};
      int code = quantizer.integers(latent).codes()[0];
      quantizer.backward(latent, NOW, gradient, Map.of(LearnedWeights.STEP, step));
      double expected = (code - gradient[0] * weight[0] / s) / Math.sqrt(quantizer.codes().max());
      assertThat(step[0]).isCloseTo(expected, offset(1e-4));
    }
  }

  @Test
  void roundingScalesWithWeightsAndStepAndTheStepsGradientDoesNotChange() {
    LearnedWeights quantizer = new LearnedWeights(4, false);
    double[] scaled = WEIGHTS.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= 4;
    }
    double[] one = new double[1];
    double[] other = new double[1];
    double[] d = {1, -2, 3, .5, 1, -1};
    quantizer.backward(latent(WEIGHTS, .125), NOW, d.clone(), Map.of(LearnedWeights.STEP, one));
    quantizer.backward(latent(scaled, .5), NOW, d.clone(), Map.of(LearnedWeights.STEP, other));
    assertThat(other[0]).isEqualTo(one[0]);
    IntegerWeights before = quantizer.integers(latent(WEIGHTS, .125));
    assertThat(quantizer.integers(latent(scaled, .5)).codes()).isEqualTo(before.codes());
  }

  @Test
  void weightsOfZeroHaveAStep() {
    LearnedWeights quantizer = new LearnedWeights(4, true);
    double[] steps = quantizer.initial(new double[6], 2).get(LearnedWeights.STEP);
    assertThat(steps).hasSize(2).doesNotContain(0);
    assertThat(quantizer.effective(latent(new double[6], steps), NOW)).containsOnly(0);
  }

  @Test
  void nineBitsAreRefused() {
    assertThatThrownBy(() -> new LearnedWeights(9, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the number of bits must be from 2 to 8 (9)");
  }
}
