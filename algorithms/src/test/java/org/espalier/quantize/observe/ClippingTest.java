package org.espalier.quantize.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Random;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClippingTest {
  private static final CodeRange UINT8 = CodeRange.unsigned(8);

  private static float[] gaussian(long seed, int length) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void histogramsMergeExactlyInAnyOrder() {
    float[] values = gaussian(1, 5000);
    values[17] = 1000;
    values[18] = -1e-20f;
    Histogram whole = new Histogram();
    whole.add(values);
    Histogram first = new Histogram();
    Histogram second = new Histogram();
    first.add(Arrays.copyOfRange(values, 0, 1000));
    second.add(Arrays.copyOfRange(values, 1000, 5000));
    second.merge(first);
    assertThat(second.counts()).containsExactly(whole.counts());
    assertThat(second.range()).isEqualTo(whole.range());
    assertThat(second.width()).isEqualTo(whole.width()).isEqualTo(0.5);
    assertThat(second.total()).isEqualTo(5000);
  }

  @Test
  void binsHoldTheirNumbers() {
    Histogram histogram = new Histogram();
    histogram.add(0f, 0f, -0.5f, 1f, 2047.9f);
    assertThat(histogram.width()).isEqualTo(1);
    long[] counts = histogram.counts();
    assertThat(counts[Histogram.SIDE - 1]).isEqualTo(1);
    assertThat(counts[Histogram.SIDE]).isEqualTo(2);
    assertThat(counts[Histogram.SIDE + 1]).isEqualTo(1);
    assertThat(counts[2 * Histogram.SIDE - 1]).isEqualTo(1);
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    assertThatThrownBy(() -> new Histogram().add(1, Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot calibrate: an activation is not finite (NaN)");
  }

  @Test
  void percentileCutsEqualHalves() {
    float[] values = new float[10_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i - 5000) / 5000f;
    }
    Histogram histogram = new Histogram();
    histogram.add(values);
    ValueRange range = Clipping.percentile(histogram, 0.9);
    assertThat(range.min()).isCloseTo(-0.9, offset(2 * histogram.width()));
    assertThat(range.max()).isCloseTo(0.9, offset(2 * histogram.width()));
    assertThat(Clipping.percentile(histogram, 1)).isEqualTo(histogram.range());
    assertThatThrownBy(() -> Clipping.percentile(histogram, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot clip: the part that stays must be above 0, up to 1 (0.0)");
  }

  @ParameterizedTest
  @EnumSource
  void nothingSeenIsAnEmptyRangeAndNothingIsWiderThanWhatWasSeen(Clipping clipping) {
    assertThat(clipping.range(new Histogram(), UINT8).isEmpty()).isTrue();
    Histogram histogram = new Histogram();
    histogram.add(gaussian(2, 20_000));
    ValueRange range = clipping.range(histogram, UINT8);
    assertThat(range.min()).isBetween(histogram.range().min(), -1.5);
    assertThat(range.max()).isBetween(1.5, histogram.range().max());
  }

  @ParameterizedTest
  @EnumSource(names = {"PERCENTILE", "ENTROPY", "SQUARED_ERROR"})
  void loneOutliersAreCutOff(Clipping clipping) {
    float[] values = gaussian(3, 50_000);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    values[5] = 40;
    Histogram histogram = new Histogram();
    histogram.add(values);
    ValueRange range = clipping.range(histogram, CodeRange.unsigned(4));
    assertThat(range.max()).isBetween(2.0, 20.0);
    assertThat(range.min()).isZero();
  }

  @Test
  void leastSquaredErrorIsNoWorseThanTheFullRange() {
    float[] values = gaussian(4, 20_000);
    Histogram histogram = new Histogram();
    histogram.add(values);
    CodeRange codes = CodeRange.unsigned(3);
    double full = error(values, Quantization.asymmetric(histogram.range(), codes));
    double clipped =
        error(
            values, Quantization.asymmetric(Clipping.SQUARED_ERROR.range(histogram, codes), codes));
    assertThat(clipped).isLessThan(0.6 * full);
  }

  private static double error(float[] values, Quantization q) {
    double sum = 0;
    for (float value : values) {
      double difference = value - q.value(q.code(value));
      sum += difference * difference;
    }
    return sum;
  }
}
