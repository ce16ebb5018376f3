package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class RunningStatisticsTest {
  private static final double DECAY = 0.9;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movementsAreThoseOfOneBatchOfAllExamples(boolean logarithm) {
    ComputationGraph network = TinyData.normalized(new Sgd(0.1), logarithm);
    String variance = logarithm ? "log10stdev" : "var";
    double[][] workers = {{1, 2, 4, 9}, {-3, 0, 1, 5, 5, 6}};
    RunningStatistics statistics = RunningStatistics.of(network);
    assertThat(statistics.numbers()).isEqualTo(12);
    INDArray flat = network.params();
    int mean = offset(network, "mean");
    int spread = offset(network, variance);
    flat.putScalar(mean, 0.5);
    flat.putScalar(spread, logarithm ? Math.log10(2) : 4);
    FloatBuffer parameters = FloatBuffer.wrap(flat.toFloatVector());
    double[] sums = new double[12];
    FloatBuffer view = null;
    int examples = 0;
    for (double[] worker : workers) {
      view = FloatBuffer.allocate(parameters.capacity());
      double[] moments = moments(worker);
      view.put(mean, (float) ((0.5 - moments[0]) * (1 - DECAY)));
      view.put(spread, (float) movement(4, moments[1], logarithm));
      double[] numbers = new double[12];
      statistics.contribute(parameters, view, worker.length, numbers, 0);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += numbers[i];
      }
      examples += worker.length;
    }

    statistics.collect(sums, 0, examples, parameters, view);

    double[] all = moments(1, 2, 4, 9, -3, 0, 1, 5, 5, 6);
    assertThat(view.get(mean)).isCloseTo((float) ((0.5 - all[0]) * (1 - DECAY)), within(1e-6f));
    assertThat(view.get(spread)).isCloseTo((float) movement(4, all[1], logarithm), within(1e-6f));
  }

  /** What is taken from a running variance, or from the logarithm of its root. */
  private static double movement(double running, double batch, boolean logarithm) {
    double next = DECAY * running + (1 - DECAY) * batch;
    return logarithm ? 0.5 * Math.log10(running) - 0.5 * Math.log10(next) : running - next;
  }

  private static double[] moments(double... numbers) {
    double mean = 0;
    for (double number : numbers) {
      mean += number / numbers.length;
    }
    double variance = 0;
    for (double number : numbers) {
      variance += (number - mean) * (number - mean) / numbers.length;
    }
    return new double[] {mean, variance};
  }

  private static int offset(ComputationGraph network, String parameter) {
    return ParameterLayout.of(network).ranges().stream()
        .filter(range -> range.name().equals("bn_" + parameter))
        .findFirst()
        .orElseThrow()
        .offset();
  }

  @Test
  void theDecayIsTheLayers() {
    BatchNormalization layer =
        (BatchNormalization)
            TinyData.normalized(new Sgd(0.1), false).getLayer("bn").conf().getLayer();
    assertThat(layer.getDecay()).isEqualTo(DECAY);
  }
}
