package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParameterAverageTest {
  private static ParameterLayout one(ParameterClass kind) {
    return new ParameterLayout(List.of(new ParameterRange("p", 0, 1, kind, -1)));
  }

  private static ParameterLayout meanAnd(ParameterClass kind) {
    return new ParameterLayout(
        List.of(
            new ParameterRange("frozen", 0, 1, ParameterClass.FROZEN, -1),
            new ParameterRange("mean", 1, 1, ParameterClass.MEAN, -1),
            new ParameterRange("var", 2, 1, kind, 1)));
  }

  @Test
  void weighsMeansByExamples() {
    ParameterLayout layout = one(ParameterClass.MEAN);

    float[] values =
        ParameterAverage.of(3, new float[] {1})
            .plus(ParameterAverage.of(1, new float[] {5}), layout)
            .values(layout);

    assertThat(values).containsExactly(2);
  }

  @Test
  void clampsControlFactorsAfterAveraging() {
    ParameterLayout layout = one(ParameterClass.UNIT_INTERVAL);

    ParameterAverage high = ParameterAverage.of(1, new float[] {1.5f});
    assertThat(high.values(layout)).containsExactly(1);
    // Clamped first, the mean would be 0.5.
    assertThat(high.plus(ParameterAverage.of(1, new float[] {-0.3f}), layout).values(layout))
        .containsExactly(0.6f);
    assertThat(ParameterAverage.of(1, new float[] {-0.2f}).values(layout)).containsExactly(0);
  }

  @Test
  void poolsVariancesByHand() {
    ParameterLayout layout = meanAnd(ParameterClass.POOLED_VARIANCE);

    // sum w (v + m^2) / sum w - mean^2 = (3 (2 + 1) + 1 (6 + 25)) / 4 - 2^2 = 6
    float[] values =
        ParameterAverage.of(3, new float[] {1, 2})
            .plus(ParameterAverage.of(1, new float[] {5, 6}), layout)
            .values(layout);

    assertThat(values).containsExactly(2, 6);
  }

  @Test
  void poolsTheSquaresOfLogarithmicDeviations() {
    ParameterLayout layout = meanAnd(ParameterClass.POOLED_LOG_DEVIATION);

    float[] values =
        ParameterAverage.of(3, new float[] {1, (float) Math.log10(Math.sqrt(2))})
            .plus(ParameterAverage.of(1, new float[] {5, (float) Math.log10(Math.sqrt(6))}), layout)
            .values(layout);

    assertThat(Math.pow(10, 2 * values[1])).isCloseTo(6, within(1e-5));
  }

  @Property
  void pooledStatisticsOfPartsAreThoseOfTheWhole(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int parts) {
    ParameterLayout layout = meanAnd(ParameterClass.POOLED_VARIANCE);
    Random random = new Random(seed);
    ParameterAverage pooled = ParameterAverage.none();
    double sum = 0;
    double squares = 0;
    int rows = 0;
    for (int part = 0; part < parts; part++) {
      int size = 1 + random.nextInt(50);
      double[] data = random.doubles(size, -3, part + 3).toArray();
      double partSum = 0;
      double partSquares = 0;
      for (double x : data) {
        partSum += x;
        partSquares += x * x;
      }
      double mean = partSum / size;
      pooled =
          pooled.plus(
              ParameterAverage.of(
                  size, new float[] {(float) mean, (float) (partSquares / size - mean * mean)}),
              layout);
      sum += partSum;
      squares += partSquares;
      rows += size;
    }

    double mean = sum / rows;
    float[] values = pooled.values(layout);
    assertThat((double) values[0]).isCloseTo(mean, within(1e-5));
    assertThat((double) values[1]).isCloseTo(squares / rows - mean * mean, within(1e-4));
    assertThat(pooled.weight()).isEqualTo(rows);
  }

  @Property
  void oneContributorComesOutUnchanged(
      @ForAll @LongRange(min = 1, max = 1L << 28) long weight,
      @ForAll float mean,
      @ForAll @FloatRange(min = 0, max = Float.MAX_VALUE) float variance) {
    ParameterLayout layout = meanAnd(ParameterClass.POOLED_VARIANCE);

    float[] values =
        ParameterAverage.none()
            .plus(ParameterAverage.of(weight, new float[] {mean, variance}), layout)
            .plus(ParameterAverage.none(), layout)
            .values(layout);

    assertThat(values).containsExactly(mean, variance);
  }

  @Property
  void equalContributorsGiveTheirCommonValue(
      @ForAll @Size(min = 2, max = 8) List<@LongRange(min = 1, max = 1 << 20) Long> weights,
      @ForAll @FloatRange(min = -1e6f, max = 1e6f) float value) {
    ParameterLayout layout = one(ParameterClass.MEAN);

    ParameterAverage sum = ParameterAverage.none();
    for (long weight : weights) {
      sum = sum.plus(ParameterAverage.of(weight, new float[] {value}), layout);
    }

    assertThat(sum.values(layout)).containsExactly(value);
  }

  private static ParameterLayout extremes() {
    return new ParameterLayout(
        List.of(
            new ParameterRange("min", 0, 1, ParameterClass.MINIMUM, -1),
            new ParameterRange("max", 1, 1, ParameterClass.MAXIMUM, -1)));
  }

  private static ParameterAverage extreme(float min, float max) {
    return ParameterAverage.of(
        1 + Float.floatToIntBits(Math.abs(min)) % 97, new float[] {min, max});
  }

  /** Extremes are exact, so that neither order nor grouping matters: not for one bit. */
  @Property
  void extremesAreThoseOfAllWorkersInAnyOrderAndGrouping(
      @ForAll @Size(min = 2, max = 9) List<@FloatRange(min = -1e9f, max = 1e9f) Float> values,
      @ForAll long seed) {
    ParameterLayout layout = extremes();
    List<ParameterAverage> parts = new ArrayList<>();
    for (float value : values) {
      parts.add(extreme(value, value / 3));
    }
    Random random = new Random(seed);
    while (parts.size() > 1) {
      ParameterAverage left = parts.remove(random.nextInt(parts.size()));
      ParameterAverage right = parts.remove(random.nextInt(parts.size()));
      parts.add(left.plus(right, layout));
    }

    assertThat(parts.get(0).values(layout))
        .containsExactly(Collections.min(values), Collections.max(values) / 3);
  }

  @Property
  void combiningExtremesIsCommutativeAndAssociative(
      @ForAll @FloatRange(min = -9, max = 9) float a,
      @ForAll @FloatRange(min = -9, max = 9) float b,
      @ForAll @FloatRange(min = -9, max = 9) float c) {
    ParameterLayout layout = extremes();

    assertThat(extreme(a, b).plus(extreme(b, c), layout).values(layout))
        .isEqualTo(extreme(b, c).plus(extreme(a, b), layout).values(layout));
    assertThat(extreme(a, b).plus(extreme(b, c).plus(extreme(c, a), layout), layout).values(layout))
        .isEqualTo(
            extreme(a, b).plus(extreme(b, c), layout).plus(extreme(c, a), layout).values(layout));
  }

  @Test
  void whoHasSeenNothingDoesNotWidenARange() {
    ParameterLayout layout = extremes();

    assertThat(
            ParameterAverage.none()
                .plus(extreme(2, 3), layout)
                .plus(ParameterAverage.none(), layout)
                .plus(extreme(1, 2), layout)
                .values(layout))
        .containsExactly(1, 3);
  }

  @Test
  void refusesWeightsBelowOneAndAveragesOfNobody() {
    assertThatThrownBy(() -> ParameterAverage.of(0, new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot contribute to an average: the weight must be at least 1 (0)");
    assertThatThrownBy(() -> ParameterAverage.none().values(ParameterLayout.means(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: no worker contributed");
  }
}
