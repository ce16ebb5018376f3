package org.espalier.jobs.benchmark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {
  private static final NetworkModel NETWORK = new NetworkModel(1e9, 0.001);

  private static SimulatedCluster cluster(double overhead, double... measured) {
    List<Double> steps = java.util.Arrays.stream(measured).boxed().toList();
    return new SimulatedCluster(steps, overhead, NETWORK, 1, 4000);
  }

  @Test
  void stepsThatAreAllAlikeCostTheirTimeTheNetworksAndTheOverhead() {
    SimulatedCluster.Step step = cluster(0.005, 0.1).allReduce(8, 100e6, 0);
    assertThat(step.secondsPerStep()).isCloseTo(0.1 + 0.189 + 0.005, within(1e-9));
    assertThat(step.waiting()).isCloseTo(0, within(1e-9));
    assertThat(step.communication()).isCloseTo(0.189, within(1e-9));
  }

  @Test
  void anOverlapHidesItsShareOfTheExchangeButNoMoreThanIsComputed() {
    assertThat(cluster(0, 0.1).allReduce(8, 100e6, 0.5).secondsPerStep())
        .isCloseTo(0.1 + 0.189 / 2, within(1e-9));
    assertThat(cluster(0, 0.1).allReduce(8, 100e6, 1).secondsPerStep())
        .isCloseTo(0.189, within(1e-9));
    assertThat(cluster(0, 0.5).allReduce(8, 100e6, 1).secondsPerStep())
        .isCloseTo(0.5, within(1e-9));
  }

  @Test
  void averagingPaysOnceAnInterval() {
    double combination = NETWORK.broadcast(64, 2e6) + NETWORK.aggregation(64, 2e6);
    SimulatedCluster.Step step = cluster(0, 0.1).averaging(64, 2e6, 8);
    assertThat(step.secondsPerStep()).isCloseTo(0.1 + combination / 8, within(1e-9));
    assertThat(step.communication()).isCloseTo(combination / 8, within(1e-9));
  }

  @Test
  void theSlowestOfManyIsNearlyAlwaysSlow() {
    // Half of the steps take 1, half take 3: the slowest of N takes 3 - 2 / 2^N on average.
    SimulatedCluster cluster = cluster(0, 1, 3);
    assertThat(cluster.allReduce(1, 0, 0).secondsPerStep()).isCloseTo(2, within(0.1));
    assertThat(cluster.allReduce(2, 0, 0).secondsPerStep()).isCloseTo(2.502, within(0.1));
    SimulatedCluster.Step step = cluster.allReduce(64, 0, 0);
    assertThat(step.secondsPerStep()).isCloseTo(3 + NETWORK.ringAllReduce(64, 0), within(1e-9));
    assertThat(step.waiting()).isCloseTo(1, within(0.05));
  }

  @Test
  void atIntervalsStepsEvenOut() {
    SimulatedCluster cluster = cluster(0, 1, 3);
    double often = cluster.averaging(8, 0, 1).waiting();
    double seldom = cluster.averaging(8, 0, 16).waiting();
    assertThat(seldom).isPositive().isLessThan(often / 2);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    assertThat(cluster(0, 1, 2, 5).averaging(64, 1e6, 4))
        .isEqualTo(cluster(0, 1, 2, 5).averaging(64, 1e6, 4));
  }

  @Test
  void nothingMeasuredIsRefused() {
    assertThatThrownBy(() -> cluster(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot simulate: there must be measured steps, steps to draw, and no negative overhead"
                + " (0, 4000, 0.0 s)");
  }
}
