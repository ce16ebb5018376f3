package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class NetworkSourceTest {
  private final ComputationGraph graph = TinyData.residual(new Sgd(0.1));
  private final ParameterLayout layout = ParameterLayout.of(graph);

  private NetworkSource source() {
    TrainingState state = TrainingState.of(graph);
    NetworkSource source = NetworkSource.of(SharedSpark.context(), state);
    source.advance(SharedSpark.context(), layout.moving(state.parameters()), state.updaterState());
    return source;
  }

  private static WorkerNetwork train(WorkerNetwork network) {
    network.train(TinyData.batch(4), Precision.FLOAT32, 1);
    return network;
  }

  @Test
  void aNetworkRestsCompiledAndBeginsWithTheSegmentsParameters() {
    WorkerNetwork network;
    try (NetworkSource source = source()) {
      network = source.lend(layout, NetworkSourceTest::train);
      assertThat(network.isCompiled()).isTrue();
      assertThat(network.graph().params()).isNotEqualTo(graph.params());

      source.lend(
          layout,
          again -> {
            assertThat(again).isSameAs(network);
            assertThat(again.isCompiled()).isTrue();
            assertThat(again.graph().params()).isEqualTo(graph.params());
            return null;
          });
    }
    assertThat(network.isCompiled()).as("after the training").isFalse();
  }

  @Test
  void aNetworkWhoseTaskFailsIsClosedAndDropped() {
    try (NetworkSource source = source()) {
      WorkerNetwork[] lent = new WorkerNetwork[1];
      assertThatThrownBy(
              () ->
                  source.lend(
                      layout,
                      network -> {
                        lent[0] = train(network);
                        throw new IOException("the executor is lost");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("the executor is lost");

      assertThat(lent[0].isCompiled()).isFalse();
      source.lend(layout, network -> assertThat(network).isNotSameAs(lent[0]));
    }
  }
}
