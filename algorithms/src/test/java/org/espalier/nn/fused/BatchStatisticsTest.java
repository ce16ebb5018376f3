package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class BatchStatisticsTest {
  /**
   * Deviation 1. At mean 100 a sum of squares in float32 would have no digit of the variance, near
   * zero it has all; the mean of a part, which oneDNN gives in float32, always has those that
   * matter.
   */
  @Property(tries = 40, seed = "1")
  void partsPooledAreTheWholeBatch(
      @ForAll @IntRange(min = 1, max = 40) int batch,
      @ForAll @IntRange(min = 1, max = 48) int height,
      @ForAll @IntRange(min = 1, max = 48) int width,
      @ForAll @IntRange(min = 1, max = 20) int channels,
      @ForAll @IntRange(max = 100) int centre,
      @ForAll @IntRange(min = 1, max = 3) int lanes) {
    assertStatistics(batch, new Size(height, width, channels), centre, lanes);
  }

  /** However the parts, the tiles and the images divide each other. */
  @Test
  void anyNumberOfChannelsIsMeasured() {
    for (int channels = 1; channels <= 160; channels++) {
      assertStatistics(33, new Size(8, 8, channels), 0, 1);
    }
  }

  private static void assertStatistics(int batch, Size size, int centre, int lanes) {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
    int channels = size.channels();
    int pixels = batch * size.pixels();
    float[] numbers = new float[pixels * channels];
    Random random = new Random(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (centre + random.nextGaussian());
    }
    BatchStatistics statistics = new BatchStatistics(size.tile());
    Trace trace = new Trace(Element.F32);
    Value x = new Value(size, Element.F32, 0);
    statistics.measure(trace, x, 0);
    try (Team team = new Team(lanes);
        Program program = new Program(trace, team);
        Block memory = new Block(Floats.bytes(numbers.length))) {
      Floats.write(numbers, memory.address());
      x.placeAt(memory.address());
      program.run(batch, phase -> {});
    }
    for (int c = 0; c < channels; c++) {
      double mean = 0;
      for (int i = c; i < numbers.length; i += channels) {
        mean += numbers[i];
      }
      mean /= pixels;
      double variance = 0;
      for (int i = c; i < numbers.length; i += channels) {
        variance += (numbers[i] - mean) * (numbers[i] - mean);
      }
      variance /= pixels;
      assertThat(statistics.pooledMean()[c]).isCloseTo(mean, within(1e-6 * (1 + centre)));
      double near = centre <= 6 ? 2e-6 * (1 + centre * centre) : 1e-7 * (10 + centre);
      assertThat(statistics.pooledVariance()[c]).isCloseTo(variance, within(near));
      float[] kept = Floats.read(statistics.variance().address(null), channels);
      assertThat(kept[c]).isEqualTo((float) statistics.pooledVariance()[c]);
    }
  }
}
