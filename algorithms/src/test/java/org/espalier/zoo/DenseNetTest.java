package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class DenseNetTest {
  private static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  @Test
  void hundredLayersHaveThePublishedParametersAndCost() {
    Cost cost = Cost.of(initialised(DenseNet.builder(100).build()), CIFAR);
    assertThat(cost.parameters()).isEqualTo(769_162);
  }

  @Test
  void channelsGrowAndAreCompressed() {
    ComputationGraphConfiguration configuration =
        DenseNet.builder(16).growth(5).compression(0.4).build();
    assertThat(configuration.getLayerActivationTypes(true, false, CIFAR))
        .containsEntry("features.conv0", InputType.convolutional(32, 32, 10, CNN2DFormat.NHWC))
        .containsEntry(
            "features.denseblock1.denselayer1.conv1",
            InputType.convolutional(32, 32, 20, CNN2DFormat.NHWC))
        .containsEntry(
            "features.denseblock1.denselayer2.concat",
            InputType.convolutional(32, 32, 20, CNN2DFormat.NHWC))
        .containsEntry(
            "features.transition1.pool", InputType.convolutional(16, 16, 8, CNN2DFormat.NHWC))
        .containsEntry(
            "features.transition2.pool", InputType.convolutional(8, 8, 7, CNN2DFormat.NHWC))
        .containsEntry("features.norm_final", InputType.convolutional(8, 8, 17, CNN2DFormat.NHWC));
  }

  @Test
  void aConcatenationHoldsItsInputsOneAfterTheOther() {
    ComputationGraph graph = initialised(DenseNet.builder(10).input(8, 8, 3).build());
    var activations = graph.feedForward(Nd4j.rand(2, 8, 8, 3), false);
    String layer = "features.denseblock1.denselayer1.";
    assertThat(activations.get(layer + "concat"))
        .isEqualTo(
            Nd4j.concat(3, activations.get("features.conv0"), activations.get(layer + "conv2")));
  }

  @Test
  void aCloneComputesTheSame() {
    ComputationGraph graph = initialised(DenseNet.builder(10).input(8, 8, 3).build());
    INDArray images = Nd4j.rand(2, 8, 8, 3);
    assertThat(graph.clone().outputSingle(images)).isEqualTo(graph.outputSingle(images));
  }

  @Test
  void configurationsSurviveJson() {
    ComputationGraphConfiguration configuration = DenseNet.builder(22).l2(1e-4).build();
    ComputationGraphConfiguration read =
        ComputationGraphConfiguration.fromJson(configuration.toJson());
    assertThat(read).isEqualTo(configuration);
    assertThat(initialised(read).outputSingle(Nd4j.rand(1, 32, 32, 3)).shape())
        .containsExactly(1, 10);
  }

  @Test
  void learns() {
    ComputationGraph graph =
        initialised(
            DenseNet.builder(16)
                .growth(4)
                .input(16, 16, 3)
                .classes(4)
                .dataType(DataType.DOUBLE)
                .build());
    Nd4j.getRandom().setSeed(5);
    INDArray labels = Nd4j.eye(4).castTo(DataType.DOUBLE);
    DataSet batch = new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 16, 16, 3), labels);
    graph.fit(batch);
    double first = graph.score();
    for (int i = 0; i < 6; i++) {
      graph.fit(batch);
    }
    assertThat(graph.score()).isLessThan(first);
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> DenseNet.builder(40 + 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a network: the depth of a DenseNet-BC must be 4 more than a multiple of 6, at least 10 (42)");
    assertThatThrownBy(() -> DenseNet.builder(40).growth(0))
        .hasMessage("Cannot build a network: the growth rate must be at least 1 (0)");
    assertThatThrownBy(() -> DenseNet.builder(40).compression(1.5))
        .hasMessage("Cannot build a network: the compression must be above 0 and at most 1 (1.5)");
  }
}
