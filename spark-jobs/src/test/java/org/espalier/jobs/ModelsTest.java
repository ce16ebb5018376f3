package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void classesAreKnownInTrainingFormToo() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    assertThat(Models.classes(network)).isEqualTo(10);
    assertThat(Models.classes(new SimQat(8).apply(network))).isEqualTo(10);
  }
}
