package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.LeNet5;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatencyTest {
  private final ComputationGraph graph = new ComputationGraph(LeNet5.builder().build());
  private final INDArray image = Nd4j.rand(DataType.FLOAT, 1, 28, 28, 1);

  @Test
  void measuresOnOneThreadAndOnAllAndRestoresTheLimits() {
    graph.init();
    int before = Nd4j.getEnvironment().maxMasterThreads();
    assertThat(Latency.medianMillis(graph, image, 1, 3)).isPositive();
    assertThat(Latency.medianMillis(graph, image, Latency.allThreads(), 3)).isPositive();
    assertThat(Nd4j.getEnvironment().maxMasterThreads()).isEqualTo(before);
  }

  @Test
  void aLargerArrayTakesLonger() {
    graph.init();
    INDArray many = Nd4j.rand(DataType.FLOAT, 256, 28, 28, 1);
    assertThat(Latency.medianMillis(graph, many, 1, 5))
        .isGreaterThan(2 * Latency.medianMillis(graph, image, 1, 5));
  }

  @Test
  void networksInTurnsAreToldApart() {
    graph.init();
    ComputationGraph large = new ComputationGraph(CifarResNet.builder(20).input(28, 28, 1).build());
    large.init();
    double[] millis = Latency.mediansMillis(List.of(large, graph), image, 1, 9);
    assertThat(millis).hasSize(2);
    assertThat(millis[0]).isGreaterThan(millis[1]);
  }

  @Test
  void numbersBelowOneAreRefused() {
    assertThatThrownBy(() -> Latency.medianMillis(graph, image, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot measure: threads must be at least 1 (0)");
    assertThatThrownBy(() -> Latency.medianMillis(graph, image, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot measure: runs must be at least 1 (0)");
  }
}
