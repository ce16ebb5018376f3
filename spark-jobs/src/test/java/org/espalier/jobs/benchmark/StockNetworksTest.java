package org.espalier.jobs.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class StockNetworksTest {
  private static ComputationGraph built(
      org.deeplearning4j.nn.conf.ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  @Test
  void theSameWeightsGiveTheSameOutput() {
    NetworkOptions options =
        SyntheticBatch.options("resnet20").shortcut(Shortcut.CONVOLUTION).seed(3).build();
    var network = Networks.named("resnet20", options);
    ComputationGraph ours = built(network);
    ComputationGraph stock = StockNetworks.of(ours, options);
    assertThat(stock.numParams()).isEqualTo(ours.numParams());
    for (org.deeplearning4j.nn.api.Layer layer : stock.getLayers()) {
      assertThat(layer.conf().getLayer().getClass().getName()).startsWith("org.deeplearning4j.");
    }
    INDArray images = SyntheticBatch.of(options, 2, 1, 0).getFeatures();
    INDArray difference = ours.outputSingle(images).sub(stock.outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  @Test
  void otherLayersAreRefused() {
    NetworkOptions options = SyntheticBatch.options("lenet5").build();
    assertThatThrownBy(() -> StockNetworks.of(Networks.named("lenet5", options), options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot write a network in stock layers: only layers of ResNets for CIFAR are served"
                + " (pool1 of type Pooling)");
  }

  @Test
  void imagesHaveTheSizeThatTheNetworkWasMadeFor() {
    assertThat(SyntheticBatch.of(SyntheticBatch.options("lenet5").build(), 2, 1, 0).getFeatures())
        .satisfies(
            images -> {
              assertThat(images.shape()).containsExactly(2, 28, 28, 1);
              assertThat(images.dataType()).isEqualTo(DataType.FLOAT);
            });
    NetworkOptions cifar = SyntheticBatch.options("resnet110").build();
    assertThat(cifar.height()).isEqualTo(32);
    assertThat(cifar.classes()).isEqualTo(10);
    NetworkOptions imageNet = SyntheticBatch.options("resnet50").build();
    assertThat(imageNet.width()).isEqualTo(224);
    assertThat(imageNet.channels()).isEqualTo(3);
    assertThat(imageNet.classes()).isEqualTo(1000);
  }

  @Test
  void imagesAreNormalNumbersAndEachHasOneClass() {
    NetworkOptions options = SyntheticBatch.options("resnet20").build();
    var batch = SyntheticBatch.of(options, 8, 5, 1);
    assertThat(batch.getFeatures().meanNumber().doubleValue()).isBetween(-0.05, 0.05);
    assertThat(batch.getFeatures().stdNumber().doubleValue()).isBetween(0.95, 1.05);
    assertThat(batch.getLabels().sum(1).toDoubleVector()).containsOnly(1.0);
    assertThat(SyntheticBatch.of(options, 8, 5, 1)).isEqualTo(batch);
    assertThat(SyntheticBatch.of(options, 8, 5, 2)).isNotEqualTo(batch);
  }
}
