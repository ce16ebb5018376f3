package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class BatchNormFoldingTest {
  private static final int NIN = 3;
  private static final int NOUT = 6;

  private static Stream<Arguments> convolutionsAndFormats() {
    return Stream.of(CNN2DFormat.values())
        .flatMap(
            format ->
                Stream.of(true, false)
                    .flatMap(
                        bias ->
                            Stream.of(
                                Arguments.of(format, plain(format, bias, Activation.IDENTITY)),
                                Arguments.of(format, depthwise(format, bias)),
                                Arguments.of(format, separable(format, bias)))));
  }

  private static ConvolutionLayer plain(CNN2DFormat format, boolean bias, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(NOUT)
        .hasBias(bias)
        .activation(activation)
        .dataFormat(format)
        .build();
  }

  private static ConvolutionLayer depthwise(CNN2DFormat format, boolean bias) {
    return new DepthwiseConvolution2D.Builder(3, 3)
        .depthMultiplier(NOUT / NIN)
        .hasBias(bias)
        .activation(Activation.IDENTITY)
        .dataFormat(format)
        .build();
  }

  private static ConvolutionLayer separable(CNN2DFormat format, boolean bias) {
    return new SeparableConvolution2D.Builder(3, 3)
        .depthMultiplier(2)
        .nOut(NOUT)
        .hasBias(bias)
        .activation(Activation.IDENTITY)
        .dataFormat(format)
        .build();
  }

  private static ComputationGraph network(CNN2DFormat format, BaseLayer first, Layer second) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(7, 6, NIN, format))
                .addLayer("conv", first, "input")
                .addLayer("norm", second, "conv")
                .addLayer(
                    "loss",
                    new CnnLossLayer.Builder(LossFunctions.LossFunction.MSE).format(format).build(),
                    "norm")
                .setOutputs("loss")
                .build());
    network.init();
    ZooNetworks.fill(network);
    return network;
  }

  private static INDArray images(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC
        ? ZooNetworks.normal(5, 0, 1, 2, 7, 6, NIN)
        : ZooNetworks.normal(5, 0, 1, 2, NIN, 7, 6);
  }

  private static void assertFolded(CNN2DFormat format, ComputationGraph network, int count) {
    INDArray expected = network.outputSingle(images(format)).dup();
    INDArray before = network.params().dup();
    BatchNormFolding.Result result = BatchNormFolding.fold(network);
    assertThat(result.folded()).isEqualTo(count);
    INDArray actual = result.network().outputSingle(images(format));
    assertThat(actual.sub(expected).amaxNumber().doubleValue())
        .isLessThan(1e-5 * expected.amaxNumber().doubleValue());
    assertThat(network.params()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("convolutionsAndFormats")
  void everyConvolutionTakesItsNormalizationIn(CNN2DFormat format, ConvolutionLayer convolution) {
    ComputationGraph network = network(format, convolution, new BatchNormalization());
    assertFolded(format, network, 1);
    ComputationGraph folded = BatchNormFolding.fold(network).network();
    assertThat(folded.getConfiguration().getVertices()).containsOnlyKeys("conv", "loss");
    assertThat(folded.getLayer("conv").conf().getLayer()).hasSameClassAs(convolution);
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void everyFormOfNormalizationFolds(CNN2DFormat format) {
    ConvolutionLayer convolution = plain(format, true, Activation.IDENTITY);
    for (BatchNormalization norm :
        new BatchNormalization[] {
          new BatchNormalization.Builder().useLogStd(true).eps(1e-3).build(),
          new BatchNormalization.Builder().lockGammaBeta(true).build(),
          new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.7).beta(0.4).build(),
          new BatchNormalization.Builder().lockGammaBeta(true).gamma(1.7).beta(0).build(),
          new BatchNormalization.Builder().lockGammaBeta(true).useLogStd(true).build()
        }) {
      assertFolded(format, network(format, convolution, norm), 1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ownLayersFoldAndAFusedReluStays(boolean relu) {
    Convolution convolution = Convolution.builder(3, 3).nOut(NOUT).padding(1).build();
    ComputationGraph network =
        network(CNN2DFormat.NHWC, convolution, BatchNorm.builder().relu(relu).build());
    assertFolded(CNN2DFormat.NHWC, network, 1);
    assertThat(BatchNormFolding.fold(network).network().getConfiguration().getVertexInputs())
        .containsEntry("loss", List.of(relu ? "norm" : "conv"));
  }

  @Test
  void whatCannotFoldStays() {
    CNN2DFormat format = CNN2DFormat.NCHW;
    assertFolded(
        format, network(format, plain(format, true, Activation.RELU), new BatchNormalization()), 0);
    ComputationGraph shared =
        NetworkGraph.of(
                network(format, plain(format, true, Activation.IDENTITY), new BatchNormalization()))
            .insertAfter(
                "norm",
                NewNode.vertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add))
                    .reading("norm", "conv"))
            .build();
    assertFolded(format, shared, 0);
  }

  @Test
  void parametersAreTheFormula() {
    ComputationGraph network =
        network(
            CNN2DFormat.NCHW,
            plain(CNN2DFormat.NCHW, true, Activation.IDENTITY),
            new BatchNormalization.Builder().useLogStd(false).eps(0.5).build());
    for (Map.Entry<String, Double> value :
        Map.of("gamma", 3.0, "beta", 0.25, "mean", 2.0, "var", 1.75).entrySet()) {
      network.getParam("norm_" + value.getKey()).assign(value.getValue());
    }
    network.getParam("conv_W").assign(4);
    network.getParam("conv_b").assign(1);
    ComputationGraph folded = BatchNormFolding.fold(network).network();
    // s = 3 / sqrt(1.75 + 0.5) = 2
    assertThat(folded.getParam("conv_W").meanNumber().doubleValue()).isEqualTo(8);
    assertThat(folded.getParam("conv_b").meanNumber().doubleValue()).isEqualTo(-1.75);
  }
}
