package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j's own concatenation of NHWC images, whose axis its own copies lose. */
class ConfigurationsTest {
  private static final int[] SHAPE = {2, 4, 4, 3};

  private static ComputationGraph trained() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("input")
                .addLayer("left", convolution(2), "input")
                .addLayer("right", convolution(3), "input")
                .addVertex("both", new MergeVertex(), "left", "right")
                .addLayer("pool", new GlobalPoolingLayer(), "both")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(4, 4, 3, CNN2DFormat.NHWC))
                .build());
    network.init();
    network.fit(new DataSet(Nd4j.rand(SHAPE), Nd4j.rand(2, 2)));
    network.incrementEpochCount();
    return network;
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(1, 1).nOut(channels).dataFormat(CNN2DFormat.NHWC).build();
  }

  @Test
  void theCopyOfAConfigurationHasTheSameJson() {
    ComputationGraphConfiguration configuration = trained().getConfiguration();
    ComputationGraphConfiguration copy = Configurations.copy(configuration);
    assertThat(copy.toJson()).isEqualTo(configuration.toJson());
    assertThat(((MergeVertex) copy.getVertices().get("both")).getMergeAxis()).isEqualTo(3);
  }

  @Test
  void theCopyOfANetworkComputesAndLearnsAsItDoes() {
    ComputationGraph network = trained();
    ComputationGraph copy = NetworkGraph.copy(network);
    assertThat(copy.getConfiguration().toJson()).isEqualTo(network.getConfiguration().toJson());
    DataSet batch = new DataSet(Nd4j.rand(SHAPE), Nd4j.rand(2, 2));
    INDArray before = network.params().dup();
    copy.fit(batch);
    assertThat(network.params()).isEqualTo(before);
    network.fit(batch);
    assertThat(copy.params()).isEqualTo(network.params());
    assertThat(copy.outputSingle(batch.getFeatures()))
        .isEqualTo(network.outputSingle(batch.getFeatures()));
  }

  @Test
  void copyingDrawsNoRandomNumbers() {
    ComputationGraph network = trained();
    Nd4j.getRandom().setSeed(5);
    INDArray expected = Nd4j.rand(4);
    Nd4j.getRandom().setSeed(5);
    NetworkGraph.copy(network);
    assertThat(Nd4j.rand(4)).isEqualTo(expected);
  }
}
