package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One branch of a sum is slimmed, and its channels are put back among zeros. */
class ScatteredChannelsTest {
  private static final Set<String> END = Set.of("norm");

  private static InputType images(CNN2DFormat format) {
    return InputType.convolutional(5, 5, 3, format);
  }

  private static ComputationGraph residual(CNN2DFormat format, Activation activation) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("input")
                .addLayer("stem", convolution(format, Activation.TANH), "input")
                .addLayer("branch", convolution(format, activation), "stem")
                .addLayer("norm", new BatchNormalization.Builder().build(), "branch")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm", "stem")
                .addLayer("pool", new GlobalPoolingLayer(), "sum")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                    "pool")
                .setOutputs("out")
                .setInputTypes(images(format))
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(CNN2DFormat format, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(4)
        .activation(activation)
        .dataFormat(format)
        .build();
  }

  private static ChannelGroups groups(ComputationGraph network) {
    return ChannelGroups.scatteredBehind(network, END, images(CNN2DFormat.NHWC));
  }

  @Test
  void whatIsRemovedBeforeComesBackAsZeros() {
    INDArray images = Nd4j.rand(DataType.DOUBLE, 2, 5, 5, 3);
    ComputationGraph network =
        Shaken.with(residual(CNN2DFormat.NHWC, Activation.IDENTITY), 1, images);
    ChannelGroups groups = groups(network);
    Slimmer slimmer = Slimmer.of(network, groups).keep(groups.group("branch"), 1, 3);
    ComputationGraph slim = slimmer.slim();
    assertThat(slim.getParam("branch_W").shape()).containsExactly(2, 4, 3, 3);
    assertThat(slim.getParam("norm_gamma").length()).isEqualTo(2);
    assertThat(slim.getConfiguration().getVertexInputs().get("sum"))
        .containsExactly("norm.scatter", "stem");
    INDArray difference = slim.outputSingle(images).sub(slimmer.mask().outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-12);
    assertThat(slim.outputSingle(images)).isNotEqualTo(network.outputSingle(images));
  }

  @Test
  void whereNothingIsRemovedNothingIsScattered() {
    ComputationGraph network = residual(CNN2DFormat.NHWC, Activation.IDENTITY);
    ChannelGroups groups = groups(network);
    ComputationGraph same =
        Slimmer.of(network, groups)
            .keep(groups.group("branch"), 0, 1, 2, 3)
            .keep(groups.group("stem"), 0, 1, 2, 3)
            .slim();
    assertThat(same.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(same.params()).isEqualTo(network.params());
  }

  @Test
  void whatIsBehindIsFixed() {
    ChannelGroups groups = groups(residual(CNN2DFormat.NHWC, Activation.IDENTITY));
    assertThat(groups.free()).extracting(ChannelGroup::name).containsExactly("branch");
    assertThat(groups.group("stem").fixedReason()).contains("zeros come back behind norm");
  }

  @Test
  void channelsThatAreNotSilentAreFixed() {
    ChannelGroups groups = groups(residual(CNN2DFormat.NHWC, Activation.SIGMOID));
    assertThat(groups.group("branch").fixedReason())
        .contains("zeros come back behind norm, and they are not silent");
  }

  @Test
  void refusesImagesInWhichNothingCanBeScattered() {
    ComputationGraph network = residual(CNN2DFormat.NCHW, Activation.IDENTITY);
    assertThatThrownBy(() -> ChannelGroups.scatteredBehind(network, END, images(CNN2DFormat.NCHW)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot find channel groups: zeros can come back behind norm in NHWC images only"
                + " (NCHW)");
  }

  @Test
  void refusesToKeepAChannelThatThereIsNot() {
    ComputationGraph network = residual(CNN2DFormat.NHWC, Activation.IDENTITY);
    ChannelGroups groups = groups(network);
    Slimmer slimmer = Slimmer.of(network, groups);
    assertThatThrownBy(() -> slimmer.keep(groups.group("branch"), 1, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot remove channels of branch: it has channels 0 to 3 (channel 4)");
  }
}
