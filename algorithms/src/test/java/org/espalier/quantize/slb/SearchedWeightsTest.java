package org.espalier.quantize.slb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchedWeightsTest {
  private static final Moment NOW = new Moment(true, 0, 0);

  private static SearchedWeights at(int bits, double temperature) {
    return new SearchedWeights(bits, new Temperature(temperature, 1, 0, 0));
  }

  private static Latent latent(double scale, double... logits) {
    return new Latent(
        1,
        null,
        Map.of(SearchedWeights.LOGITS, logits, SearchedWeights.SCALE, new double[] {scale}));
  }

  private static double[] slopes(SearchedWeights weights, Latent latent) {
    double[] logits = new double[latent.parameter(SearchedWeights.LOGITS).length];
    weights.backward(
        latent,
        NOW,
        new double[] {1},
        Map.of(SearchedWeights.LOGITS, logits, SearchedWeights.SCALE, new double[1]));
    return logits;
  }

  @ParameterizedTest
  @CsvSource({"1, -.148885034, .488916623", "10, -.905148254, .903533195"})
  void exampleOfOneBit(double temperature, double weight, double slope) {
    SearchedWeights weights = at(1, temperature);
    Latent latent = latent(1, .2, -.1);
    assertThat(weights.effective(latent, NOW)[0]).isCloseTo(weight, offset(1e-8));
    assertThat(slopes(weights, latent)).containsExactly(new double[] {-slope, slope}, offset(1e-8));
    assertThat(weights.integers(latent).values()).containsExactly(-1);
  }

  @Test
  void exampleOfTwoBits() {
    SearchedWeights weights = at(2, 2);
    Latent latent = latent(1, .1, .4, -.3, 0);
    assertThat(weights.effective(latent, NOW)[0]).isCloseTo(-.156195104, offset(1e-8));
    assertThat(slopes(weights, latent))
        .containsExactly(
            new double[] {-.412600522, -.157825335, .107554868, .462870989}, offset(1e-8));
    assertThat(weights.integers(latent).values()[0]).isCloseTo(-1 / 3.0, offset(1e-7));
    assertThat(weights.integers(latent).codes()).containsExactly(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void coldMixturesAreHardAndHotOnesNothing(int bits) {
    double[] logits = new Random(bits).doubles(1 << bits).toArray();
    Latent latent = latent(0.7, logits);
    assertThat(at(bits, 1e6).effective(latent, NOW)[0])
        .isCloseTo(at(bits, 1).integers(latent).values()[0], offset(1e-6));
    assertThat(at(bits, 1e-9).effective(latent, NOW)[0]).isCloseTo(0, offset(1e-8));
    assertThat(Arrays.stream(slopes(at(bits, 3), latent)).sum()).isCloseTo(0, offset(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void codesAreOddAndSearchStartsNearTheWeights(int bits) {
    Random random = new Random(bits);
    double[] start = random.doubles(40_000).map(u -> random.nextGaussian()).toArray();
    SearchedWeights weights = at(bits, 1);
    Latent latent = new Latent(4, null, weights.initial(start, 4));
    IntegerWeights integers = weights.integers(latent);
    double[] values = integers.values();
    int m = 1 << bits;
    double error = 0;
    boolean odd = true;
    for (int i = 0; i < start.length; i++) {
      int code = integers.codes()[i];
      odd &= Math.abs(code) % 2 == 1 && Math.abs(code) < m;
      error += Math.pow(values[i] - start[i], 2) / start.length;
    }
    assertThat(odd).isTrue();
    double published = bits == 1 ? 0.3634 : bits == 2 ? 0.1188 : 0.01154;
    assertThat(error).isCloseTo(published, offset(0.05 * published));
    assertThat(integers.scales()[0])
        .isEqualTo((float) (latent.parameter(SearchedWeights.SCALE)[0] / (m - 1)));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "18, 1", "19, 1", "20, 1.2", "39, 38.3376", "59, 1469.7716", "99, 1469.7716"})
  void temperatureIsThatOfGoldenStick(int completed, double expected) {
    assertThat(Temperature.standard(100).at(completed)).isCloseTo(expected, offset(1e-3));
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> at(3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search for weights: the number of bits must be 1, 2 or 4 (3)");
    assertThatThrownBy(() -> new Temperature(0, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot schedule a temperature: initial must be positive (0.0)");
    assertThatThrownBy(() -> new Temperature(1, 0.9, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot schedule a temperature: factor must be at least 1 (0.9)");
    assertThatThrownBy(() -> new Temperature(1, 1.2, 5, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot schedule a temperature: end must be at least start (4)");
    assertThatThrownBy(() -> SlbConfiguration.standard(1, 9, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the number of bits must be from 2 to 8 (9)");
  }
}
