package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;

class CostTest {
  private static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  /**
   * Counted from the architecture: 3x3 convolutions at 32x32, 16x16 and 8x8 pixels, and the linear
   * layer.
   */
  private static long resNetMacs(int depth, Shortcut shortcut) {
    long macs = 3L * 16 * 9 * 32 * 32 + 64 * 10;
    int convolutions = 2 * (depth - 2) / 6;
    long[] width = {16, 32, 64};
    for (int stage = 0; stage < 3; stage++) {
      long pixels = 1024 >> (2 * stage);
      long in = stage == 0 ? 16 : width[stage - 1];
      macs += 9 * pixels * width[stage] * (in + (convolutions - 1) * width[stage]);
      if (stage > 0 && shortcut == Shortcut.CONVOLUTION) {
        macs += pixels * in * width[stage];
      }
    }
    return macs;
  }

  @ParameterizedTest
  @CsvSource({
    "20, IDENTITY, 269722", "32, IDENTITY, 464154", "44, IDENTITY, 658586", "56, IDENTITY, 853018",
    "110, IDENTITY, 1727962", "20, CONVOLUTION, 272282", "32, CONVOLUTION, 466714",
        "56, CONVOLUTION, 855578",
  })
  void cifarResNetsCostWhatTheirArchitectureSays(int depth, Shortcut shortcut, long parameters) {
    Cost cost = Cost.of(initialised(CifarResNet.builder(depth).shortcut(shortcut).build()), CIFAR);
    assertThat(cost.parameters()).isEqualTo(parameters);
    assertThat(cost.macs()).isEqualTo(resNetMacs(depth, shortcut));
  }

  @Test
  void resNet20TakesFortyMillionMultiplications() {
    Cost cost = Cost.of(initialised(CifarResNet.builder(20).build()), CIFAR);
    assertThat(cost.macs()).isEqualTo(40_551_040);
    assertThat(cost.layers().stream().filter(layer -> layer.parameters() > 0))
        .contains(
            new LayerCost("conv1", "Convolution", 432, 442_368, 0, 0, 65_536, 1_728),
            new LayerCost("bn1", "BatchNorm", 32, 0, 0, 16_384, 65_536, 256),
            new LayerCost("layer2.0.conv1", "Convolution", 4_608, 1_179_648, 0, 0, 32_768, 18_432),
            new LayerCost("linear", "Output", 650, 640, 10, 0, 40, 2_600))
        .hasSize(39);
    assertThat(cost.layers().stream().mapToLong(LayerCost::parameters).sum())
        .isEqualTo(cost.parameters());
  }

  @Test
  void costFollowsTheImagesSizeAndTheClasses() {
    ComputationGraph graph =
        initialised(CifarResNet.builder(20).input(64, 64, 3).classes(100).build());
    Cost cost = Cost.of(graph, InputType.convolutional(64, 64, 3, CNN2DFormat.NHWC));
    assertThat(cost.macs()).isEqualTo(4L * 40_550_400 + 6_400);
    assertThat(cost.parameters()).isEqualTo(269_722 + 90 * 65);
  }

  @Test
  void leNet5CostsWhatTheLiteratureSays() {
    Cost cost =
        Cost.of(
            initialised(LeNet5.builder().build()),
            InputType.convolutional(28, 28, 1, CNN2DFormat.NHWC));
    assertThat(cost.parameters()).isEqualTo(61_706);
    assertThat(cost.macs())
        .isEqualTo(6 * 25 * 784 + 16 * 6 * 25 * 100 + 400 * 120 + 120 * 84 + 84 * 10);
  }

  @Test
  void aSlimBlockCostsWhatItKeeps() {
    long kept1 = 9;
    long kept2 = 7;
    ComputationGraph graph =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(8, 8, 16, CNN2DFormat.NHWC))
                .addLayer(
                    "conv1",
                    Convolution.builder(3, 3).nIn(16).nOut(kept1).padding(1).build(),
                    "input")
                .addLayer("bn1", BatchNorm.builder().relu(true).build(), "conv1")
                .addLayer(
                    "conv2",
                    Convolution.builder(3, 3).nIn(kept1).nOut(kept2).padding(1).build(),
                    "bn1")
                .addLayer("bn2", BatchNorm.builder().build(), "conv2")
                .addLayer("scatter", new ChannelScatter(16, 0, 2, 4, 6, 8, 10, 15), "bn2")
                .addVertex("add", new ResidualSum(true), "scatter", "input")
                .addLayer("pool", GlobalAveragePooling.builder().build(), "add")
                .addLayer("linear", Output.builder().nOut(2).build(), "pool")
                .setOutputs("linear")
                .build());
    Cost cost = Cost.of(graph, InputType.convolutional(8, 8, 16, CNN2DFormat.NHWC));
    long weights = 9 * 16 * kept1 + 9 * kept1 * kept2;
    assertThat(cost.macs()).isEqualTo(64 * weights + 32);
    assertThat(cost.parameters()).isEqualTo(weights + 2 * kept1 + 2 * kept2 + 34);
  }

  @Test
  void stockLayersWithStrideDilationAndBiasAreCountedAtTheirRealSizes() {
    InputType input = InputType.convolutional(9, 7, 4, CNN2DFormat.NHWC);
    ComputationGraph graph =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(input)
                .addLayer(
                    "conv",
                    new ConvolutionLayer.Builder(3, 2)
                        .stride(2, 1)
                        .nOut(5)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "input")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .nOut(10)
                        .hasBias(false)
                        .dataFormat(CNN2DFormat.NHWC)
                        .build(),
                    "conv")
                .addLayer("dense", new DenseLayer.Builder().nOut(6).build(), "depthwise")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "dense")
                .setOutputs("out")
                .build());
    assertThat(Cost.of(graph, input).layers())
        .containsExactly(
            new LayerCost(
                "conv",
                "ConvolutionLayer",
                5 * 4 * 6 + 5,
                5 * 4 * 6 * (4 * 6),
                5 * 24,
                0,
                4 * 5 * 24,
                4 * 125),
            new LayerCost(
                "depthwise",
                "DepthwiseConvolution2D",
                5 * 2 * 9,
                5 * 2 * 9 * (2 * 4),
                0,
                0,
                4 * 80,
                4 * 90),
            new LayerCost("dense", "DenseLayer", 80 * 6 + 6, 80 * 6, 6, 0, 4 * 6, 4 * 486),
            new LayerCost("out", "OutputLayer", 6 * 3 + 3, 6 * 3, 3, 0, 4 * 3, 4 * 21));
  }

  @Test
  void countingLeavesTheNetworkAlone() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).build());
    String before = graph.getConfiguration().toJson();
    Cost.of(graph, InputType.convolutional(64, 64, 3, CNN2DFormat.NHWC));
    assertThat(graph.getConfiguration().toJson()).isEqualTo(before);
  }

  @Test
  void whatCannotBeCountedIsRefused() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).build());
    assertThatThrownBy(() -> Cost.of(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot count the cost: the network has 1 inputs (0 types given)");
    ComputationGraph sequence =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.recurrent(3, 10))
                .addLayer("lstm", new LSTM.Builder().nOut(2).build(), "input")
                .setOutputs("lstm")
                .validateOutputLayerConfig(false)
                .build());
    assertThatThrownBy(() -> Cost.of(sequence, InputType.recurrent(3, 10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot count the cost of layer lstm: only convolutions of images, volumes and sequences of known length, and dense layers are counted (LSTM)");
  }
}
