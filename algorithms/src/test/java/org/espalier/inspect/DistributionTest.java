package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DistributionTest {

  private static Distribution of(float... values) {
    Distribution distribution = new Distribution();
    distribution.add(values);
    return distribution;
  }

  @Test
  void knownValuesHaveTheirMomentsAndExtremes() {
    Distribution distribution = of(0, 1, -2, 5, 0);
    assertThat(distribution.count()).isEqualTo(5);
    assertThat(distribution.mean()).isCloseTo(0.8, within(1e-12));
    assertThat(distribution.variance()).isCloseTo(30 / 5.0 - 0.64, within(1e-12));
    assertThat(distribution.sparsity()).isEqualTo(0.4);
    assertThat(distribution.min()).isEqualTo(-2);
    assertThat(distribution.max()).isEqualTo(5);
    Distribution.Bins bins = distribution.histogram();
    assertThat(bins.width()).isEqualTo(16.0 / 256);
    assertThat(bins.from()).isEqualTo(-2);
    assertThat(bins.counts()).hasSize((int) (7 / bins.width()) + 1);
    assertThat(bins.counts().get(0)).isEqualTo(1);
    assertThat(bins.counts().get((int) (2 / bins.width()))).isEqualTo(2);
    assertThat(bins.counts().get(bins.counts().size() - 1)).isEqualTo(1);
  }

  @Test
  void withoutValuesNothingIsKnown() {
    Distribution empty = new Distribution();
    assertThat(empty.count()).isZero();
    assertThat(List.of(empty.mean(), empty.variance(), empty.sparsity(), empty.min(), empty.max()))
        .allMatch(value -> value.isNaN());
    assertThat(empty.histogram().counts()).isEmpty();
  }

  @Test
  void whatIsNotFiniteIsCountedApart() {
    Distribution distribution =
        of(Float.NaN, 3, Float.POSITIVE_INFINITY, 1, Float.NEGATIVE_INFINITY);
    assertThat(distribution.notFinite()).isEqualTo(3);
    assertThat(distribution.count()).isEqualTo(2);
    assertThat(distribution.mean()).isEqualTo(2);
    assertThat(distribution.max()).isEqualTo(3);
    assertThat(of(Float.NaN).mean()).isNaN();
  }

  @Property(tries = 200)
  void partsMergeToTheWholeInAnyOrder(
      @ForAll @Size(min = 1, max = 60) List<@FloatRange(min = -1e6f, max = 1e6f) Float> values,
      @ForAll @IntRange(min = 0, max = 60) int cut) {
    float[] all = new float[values.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = values.get(i);
    }
    int at = Math.min(cut, all.length);
    Distribution whole = of(all);
    Distribution left = of(Arrays.copyOfRange(all, 0, at));
    Distribution right = of(Arrays.copyOfRange(all, at, all.length));
    for (Distribution merged : List.of(left.plus(right), right.plus(left))) {
      assertThat(merged.count()).isEqualTo(whole.count());
      assertThat(merged.sparsity()).isEqualTo(whole.sparsity());
      assertThat(merged.min()).isEqualTo(whole.min());
      assertThat(merged.max()).isEqualTo(whole.max());
      assertThat(merged.histogram()).isEqualTo(whole.histogram());
      double scale = Math.max(Math.abs(whole.min()), Math.abs(whole.max()));
      assertThat(merged.mean()).isCloseTo(whole.mean(), within(1e-12 * (1 + scale)));
      assertThat(merged.variance())
          .isCloseTo(whole.variance(), within(1e-10 * (1 + scale * scale)));
    }
    assertThat(whole.histogram().counts().stream().mapToLong(count -> count).sum())
        .isEqualTo(all.length);
    for (float value : all) {
      Distribution.Bins bins = whole.histogram();
      int bin = (int) Math.floor((value - bins.from()) / bins.width());
      assertThat(bins.counts().get(bin)).as("the bin of %s", value).isPositive();
    }
  }
}
