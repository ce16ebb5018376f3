package org.espalier.quantize.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.espalier.quantize.ValueRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunningRangeTest {
  @Test
  void averageKeepsTheDecay() {
    ValueRange next =
        RunningRange.average(0.999).next(new ValueRange(-6, 6), new ValueRange(-1, 2));
    assertThat(next.min()).isCloseTo(-5.995, offset(1e-12));
    assertThat(next.max()).isCloseTo(5.996, offset(1e-12));
  }

  @Test
  void lastForgetsAndExtremesDoNot() {
    ValueRange before = new ValueRange(-6, 1);
    ValueRange batch = new ValueRange(-1, 2);
    assertThat(RunningRange.last().next(before, batch)).isEqualTo(batch);
    assertThat(RunningRange.extremes().next(before, batch)).isEqualTo(new ValueRange(-6, 2));
  }

  @ParameterizedTest
  @EnumSource
  void firstBatchSetsTheRange(RunningRange.Kind kind) {
    ValueRange batch = new ValueRange(-0.25, 7);
    assertThat(new RunningRange(kind, 0.9).next(ValueRange.EMPTY, batch)).isEqualTo(batch);
  }

  @ParameterizedTest
  @EnumSource
  void extremesOfWorkersAreThoseOfTheirBatchesTogether(RunningRange.Kind kind) {
    RunningRange rule = new RunningRange(kind, 0.9);
    ValueRange before = new ValueRange(-3, 2);
    ValueRange one = new ValueRange(-5, 1);
    ValueRange other = new ValueRange(-1, 4);
    assertThat(rule.next(before, one).union(rule.next(before, other)))
        .isEqualTo(rule.next(before, one.union(other)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void badDecaysAreRefused(double decay) {
    assertThatThrownBy(() -> RunningRange.average(decay))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot observe a range: decay must be from 0 to below 1 (" + decay + ")");
  }
}
