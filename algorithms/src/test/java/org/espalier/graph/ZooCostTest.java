package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.Xception;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

/** Counts networks that others made, and layers with their own rules. */
class ZooCostTest {

  private static Cost cost(ZooModel<?> model, int size) {
    Model network = model.init();
    ComputationGraph graph =
        network instanceof MultiLayerNetwork layers
            ? layers.toComputationGraph()
            : (ComputationGraph) network;
    return Cost.of(graph, InputType.convolutional(size, size, 3, CNN2DFormat.NCHW));
  }

  private static int[] square(int size) {
    return new int[] {3, size, size};
  }

  /** 15.3466 G at 224 pixels in the convolutions, by the square of the size; three dense layers. */
  @Test
  void vgg16CostsWhatTheLiteratureSays() {
    Cost cost = cost(VGG16.builder().numClasses(10).inputShape(square(64)).build(), 64);
    long convolutions = 15_346_630_656L * 64 * 64 / (224 * 224);
    assertThat(cost.macs()).isEqualTo(convolutions + 4 * 512 * 4096 + 4096 * 4096 + 4096 * 10);
    assertThat(cost.parameters())
        .isEqualTo(14_714_688 + (2048L + 4096) * 4096 + 2 * 4096 + 4097 * 10);
  }

  /** The papers and their code print 0.35 G for 1.1, 8.4 G, and 6.97 G operations. */
  @Test
  void otherNetworksCostWhatTheirAuthorsSay() {
    Cost squeeze = cost(SqueezeNet.builder().numClasses(1000).inputShape(square(227)).build(), 227);
    assertThat(squeeze.parameters()).isEqualTo(1_235_496);
    assertThat(squeeze.macs()).isBetween(349_000_000L, 356_000_000L);
    Cost xception = cost(Xception.builder().numClasses(1000).inputShape(square(299)).build(), 299);
    assertThat(xception.parameters()).isEqualTo(22_855_952);
    assertThat(xception.macs()).isBetween(8_350_000_000L, 8_450_000_000L);
    Cost yolo = cost(TinyYOLO.builder().build(), 416);
    assertThat(yolo.macs()).isBetween(3_400_000_000L, 3_500_000_000L);
    Cost unet = cost(UNet.builder().inputShape(square(64)).build(), 64);
    assertThat(unet.parameters()).isEqualTo(31_032_837);
  }

  @Test
  void transposedAndSeparableConvolutionsFollowTheirOwnRules() {
    InputType input = InputType.convolutional(6, 6, 4, CNN2DFormat.NCHW);
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(input)
                .addLayer(
                    "up",
                    new Deconvolution2D.Builder(2, 2)
                        .stride(2, 2)
                        .nOut(3)
                        .convolutionMode(ConvolutionMode.Same)
                        .build(),
                    "input")
                .addLayer(
                    "separable",
                    new SeparableConvolution2D.Builder(3, 3)
                        .stride(2, 2)
                        .nOut(5)
                        .hasBias(false)
                        .convolutionMode(ConvolutionMode.Same)
                        .build(),
                    "up")
                .addLayer(
                    "frozen",
                    new FrozenLayer(new ConvolutionLayer.Builder(1, 1).nOut(2).build()),
                    "separable")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                    "frozen")
                .setOutputs("out")
                .build());
    graph.init();
    Cost cost = Cost.of(graph, input);
    assertThat(cost.layers())
        .contains(
            new LayerCost("up", "Deconvolution2D", 51, 36 * 48, 144 * 3, 0, 4 * 432, 4 * 51),
            new LayerCost(
                "separable",
                "SeparableConvolution2D",
                27 + 15,
                36 * (27 + 15),
                0,
                0,
                4 * 180,
                4 * 42),
            new LayerCost("frozen", "ConvolutionLayer", 12, 36 * 10, 72, 0, 4 * 72, 4 * 12));
    assertThat(cost.activationBytes()).isEqualTo(4 * (432 + 180 + 72 + 2));
    assertThat(cost.peakActivationBytes()).isEqualTo(4 * (432 + 180));
  }
}
