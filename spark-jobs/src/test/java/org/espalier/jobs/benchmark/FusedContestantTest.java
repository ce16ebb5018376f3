package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.espalier.nn.fused.Precision;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.junit.jupiter.api.Test;

class FusedContestantTest {
  private static Contestant contestant(String network) {
    NetworkOptions options = SyntheticBatch.options(network).seed(1).build();
    ComputationGraphConfiguration configuration = Networks.named(network, options);
    return FusedContestant.of(
        configuration, SyntheticBatch.of(options, 4, 1, 0), Precision.FLOAT32, 2);
  }

  @Test
  void trainsAndInfersInTurnsUntilItIsClosed() {
    Contestant contestant = contestant("resnet20");
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
    try (Contestant contestant = contestant("densenet100")) {
      assertThat(contestant).isInstanceOf(GraphContestant.class);
      assertThat(contestant.refusal())
          .contains("vertex features.denseblock1.denselayer1.concat is of an unknown kind");
      contestant.train();
      contestant.infer();
    }
  }
}
