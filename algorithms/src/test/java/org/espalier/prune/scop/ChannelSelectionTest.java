package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelSelectionTest {

  @ParameterizedTest
  @CsvSource({
    "16, 9",
    "32, 18",
    "64, 36",
    "128, 71",
    "256, 141",
    "512, 282",
    "1024, 564",
    "2048, 1127"
  })
  void countsThatStayAtTheUsualRate(int channels, int kept) {
    assertThat(channels - ChannelSelection.pruned(0.45, channels)).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({"0.29, 100, 29", "0.58, 50, 29", "0.57, 100, 57", "0, 7, 0", "0.999, 8, 7"})
  void productsAreExact(double rate, int channels, int pruned) {
    assertThat(ChannelSelection.pruned(rate, channels)).isEqualTo(pruned);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 1.1, Double.NaN})
  void refusesRatesOutsideTheInterval(double rate) {
    assertThatThrownBy(() -> ChannelSelection.pruned(rate, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot prune channels: the rate must be in [0, 1) (" + rate + ")");
  }

  @Test
  void keepsTheHighestScoresInAscendingOrderOfChannels() {
    assertThat(ChannelSelection.keep(new double[] {-1.2, 0.4, 0, 1}, 0.5)).containsExactly(1, 3);
  }

  @Test
  void ofEqualScoresTheLowerChannelGoesFirst() {
    assertThat(ChannelSelection.keep(new double[] {0, -0.0, 0, 0, -1}, 0.6)).containsExactly(2, 3);
  }

  @Test
  void refusesScoresThatAreNoNumbers() {
    assertThatThrownBy(() -> ChannelSelection.keep(new double[] {0, Double.NaN}, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot rank channels: the score of channel 1 is not a number (NaN)");
  }

  @Test
  void refusesSelectionsOfNothingAndOutOfOrder() {
    assertThatThrownBy(() -> new ChannelSelection(Map.of("a", new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot select channels of a: at least one must stay (0)");
    assertThatThrownBy(() -> new ChannelSelection(Map.of("a", new int[] {2, 1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot select channels of a: they must ascend from 0 ([2, 1])");
  }

  @Property
  void someChannelAlwaysStays(
      @ForAll @IntRange(min = 1, max = 4096) int channels,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double rate) {
    int pruned = ChannelSelection.pruned(rate, channels);
    assertThat(pruned).isBetween(0, channels - 1);
    BigDecimal exact = new BigDecimal(Double.toString(rate)).multiply(new BigDecimal(channels));
    assertThat(new BigDecimal(pruned)).isLessThanOrEqualTo(exact);
    assertThat(new BigDecimal(pruned + 1)).isGreaterThan(exact);
  }

  @Property
  void nothingThatGoesScoresHigherThanWhatStays(
      @ForAll @Size(min = 1, max = 40) double[] scores,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double rate) {
    int[] kept = ChannelSelection.keep(scores, rate);
    assertThat(kept).isSorted().doesNotHaveDuplicates();
    assertThat(kept).hasSize(scores.length - ChannelSelection.pruned(rate, scores.length));
    double lowest = Arrays.stream(kept).mapToDouble(c -> scores[c]).min().orElseThrow();
    for (int c = 0; c < scores.length; c++) {
      if (Arrays.binarySearch(kept, c) < 0) {
        assertThat(scores[c]).isLessThanOrEqualTo(lowest);
      }
    }
  }

  @Property
  void scalingAllScalesLeavesTheSelectionAsItIs(
      @ForAll @Size(min = 2, max = 30) @DoubleRange(min = -4, max = 4) double[] gamma,
      @ForAll @IntRange(min = -6, max = 6) int exponent,
      @ForAll boolean negative,
      @ForAll long seed) {
    double[] factors = new double[gamma.length];
    NormalNumbers normal = new NormalNumbers(new java.util.SplittableRandom(seed));
    double[] scaled = new double[gamma.length];
    double scale = Math.scalb(negative ? -1.0 : 1.0, exponent);
    for (int c = 0; c < gamma.length; c++) {
      factors[c] = Math.min(1, Math.abs(normal.next()));
      scaled[c] = gamma[c] * scale;
    }
    assertThat(ChannelSelection.keep(Importance.SCOP.scores(scaled, factors, 0, 0), 0.45))
        .isEqualTo(ChannelSelection.keep(Importance.SCOP.scores(gamma, factors, 0, 0), 0.45));
  }
}
