package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.espalier.nn.fused.Precision;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.junit.jupiter.api.Test;

class FusedContestantTest {
  private static Contestant contestant(double dropOut) {
    NetworkOptions options = SyntheticBatch.options("resnet20").seed(1).build();
    ComputationGraphConfiguration configuration = Networks.named("resnet20", options);
    if (dropOut > 0) {
      LayerVertex first = (LayerVertex) configuration.getVertices().get("conv1");
      first.getLayerConf().getLayer().setIDropout(new Dropout(dropOut));
    }
    return FusedContestant.of(
        configuration, SyntheticBatch.of(options, 4, 1, 0), Precision.FLOAT32, 2);
  }

  @Test
  void trainsAndInfersInTurnsUntilItIsClosed() {
    Contestant contestant = contestant(0);
    assertThat(contestant).isInstanceOf(FusedContestant.class);
    assertThat(contestant.batch()).isEqualTo(4);
    assertThat(contestant.refusal()).isEmpty();
    for (int round = 0; round < 2; round++) {
      contestant.train();
      contestant.infer();
      contestant.infer();
    }

    contestant.close();

    assertThatThrownBy(contestant::train)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot run: the network was closed");
  }

  @Test
  void aNetworkThatCannotBeCompiledIsLeftToDeeplearning4j() {
    try (Contestant contestant = contestant(0.5)) {
      assertThat(contestant).isInstanceOf(GraphContestant.class);
      assertThat(contestant.refusal()).contains("layer conv1 has dropout");
      contestant.train();
      contestant.infer();
    }
  }
}
