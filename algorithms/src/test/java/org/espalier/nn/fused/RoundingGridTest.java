package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Where gradients pass the rounding to a grid. */
class RoundingGridTest {
  @Property
  void theyPassWhereTheRatioIsStrictlyInside(
      @ForAll @IntRange(min = 1 << 23, max = (1 << 24) - 1) int significand,
      @ForAll @IntRange(min = -60, max = 60) int exponent,
      @ForAll @IntRange(min = -128, max = 0) int lowest,
      @ForAll @IntRange(min = 1, max = 255) int highest) {
    float step = Math.scalb((float) significand, exponent);
    RoundingGrid grid = new RoundingGrid(step, lowest, highest, false);
    float from = grid.passesFrom();
    float to = grid.passesTo();
    assertThat(from / step).isGreaterThan(lowest);
    assertThat(Math.nextDown(from) / step).isLessThanOrEqualTo(lowest);
    assertThat(to / step).isLessThan(highest);
    assertThat(Math.nextUp(to) / step).isGreaterThanOrEqualTo(highest);
  }

  @Property
  void theyPassAtTheEndsWhereTheseCount(
      @ForAll @IntRange(min = 1 << 23, max = (1 << 24) - 1) int significand,
      @ForAll @IntRange(min = -60, max = 60) int exponent,
      @ForAll @IntRange(min = -255, max = 0) int lowest) {
    float step = Math.scalb((float) significand, exponent);
    RoundingGrid grid = new RoundingGrid(step, lowest, lowest + 255, true);
    assertThat(grid.passesFrom()).isEqualTo(lowest * step);
    assertThat(grid.passesTo()).isEqualTo((lowest + 255) * step);
  }
}
