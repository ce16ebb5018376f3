package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Checks against numbers that the authors of other tools and papers printed. */
class CostConventionTest {
  private static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  /** A ResNet-56 whose blocks have other widths inside, as ABCPruner makes them. */
  private static ComputationGraph resNet56(int[] code) {
    ComputationGraphConfiguration configuration = CifarResNet.builder(56).build();
    for (int block = 0; block < 27; block++) {
      String name = "layer" + (block / 9 + 1) + "." + block % 9;
      int width = (16 << (block / 9)) * code[block] / 10;
      layer(configuration, name + ".conv1").setNOut(width);
      layer(configuration, name + ".bn1").setNIn(width);
      layer(configuration, name + ".bn1").setNOut(width);
      layer(configuration, name + ".conv2").setNIn(width);
    }
    return initialised(configuration);
  }

  private static FeedForwardLayer layer(ComputationGraphConfiguration configuration, String name) {
    LayerVertex vertex = (LayerVertex) configuration.getVertices().get(name);
    return (FeedForwardLayer) vertex.getLayerConf().getLayer();
  }

  /** The best structures of ABCPruner's authors for ResNet-56, with the costs that they printed. */
  @ParameterizedTest
  @CsvSource({
    "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1, 12014720, 81502",
    "2 3 2 2 1 2 3 1 2 3 2 1 1 3 2 1 1 1 2 1 1 1 3 3 3 2 2, 23356800, 159732",
    "5 3 2 1 2 4 1 3 4 5 5 5 1 3 1 5 1 2 5 1 2 1 3 3 5 2 2, 35289216, 226014",
    "5 7 3 6 6 6 7 6 3 6 2 7 1 2 1 5 5 5 7 4 7 6 2 4 5 3 6, 58536832, 390686",
    "7 4 6 2 1 3 6 7 1 8 4 6 3 6 5 6 4 4 6 4 4 5 5 1 8 7 1, 56758656, 386076",
    "10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10,"
        + " 127615616, 853018",
  })
  void abcPrunersResNets(String code, long operations, long parameters) {
    int[] widths = Stream.of(code.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(CostConvention.ABCPRUNER.count(resNet56(widths), CIFAR))
        .isEqualTo(new CostConvention.Count(parameters, operations));
  }

  /** VGG-16 for CIFAR: 3x3 convolutions with bias, each with batch normalisation. */
  private static ComputationGraph vgg(List<Integer> widths, boolean twoDenseLayers) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder().graphBuilder().addInputs("input").setInputTypes(CIFAR);
    String last = "input";
    for (int i = 0; i < widths.size(); i++) {
      graph.addLayer(
          "conv" + i,
          new ConvolutionLayer.Builder(3, 3)
              .padding(1, 1)
              .nOut(widths.get(i))
              .dataFormat(CNN2DFormat.NHWC)
              .build(),
          last);
      last = "bn" + i;
      graph.addLayer(last, new BatchNormalization.Builder().build(), "conv" + i);
      if (List.of(1, 3, 6, 9, 12).contains(i)) {
        last = "pool" + i;
        graph.addLayer(
            last,
            new SubsamplingLayer.Builder()
                .kernelSize(2, 2)
                .stride(2, 2)
                .dataFormat(CNN2DFormat.NHWC)
                .build(),
            "bn" + i);
      }
    }
    if (twoDenseLayers) {
      graph.addLayer("linear1", new DenseLayer.Builder().nOut(512).build(), last);
      last = "norm1";
      graph.addLayer(last, new BatchNormalization.Builder().build(), "linear1");
    }
    graph.addLayer(
        "linear", new OutputLayer.Builder().nOut(10).activation(Activation.SOFTMAX).build(), last);
    return initialised(graph.setOutputs("linear").build());
  }

  private static List<Integer> widths(int... widths) {
    return IntStream.of(widths).boxed().toList();
  }

  @Test
  void hrankPlusPrints131MillionForItsVgg() {
    ComputationGraph vgg =
        vgg(widths(50, 50, 101, 101, 202, 202, 202, 128, 128, 128, 128, 128, 512), true);
    assertThat(CostConvention.ESPALIER.count(vgg, CIFAR))
        .isEqualTo(new CostConvention.Count(2_766_541, 130_566_528));
    CostConvention.Count printed = CostConvention.HRANK_PLUS.count(vgg, CIFAR);
    assertThat(printed.operations()).isEqualTo(131_173_888);
    assertThat(printed).isEqualTo(CostConvention.THOP_0_0_31.count(vgg, CIFAR));
  }

  @Test
  void abcPrunerPrints314MillionForVgg16() {
    ComputationGraph vgg =
        vgg(widths(64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512), false);
    assertThat(CostConvention.ABCPRUNER.count(vgg, CIFAR))
        .isEqualTo(new CostConvention.Count(14_728_266, 314_584_064))
        .isEqualTo(CostConvention.THOP_EARLY.count(vgg, CIFAR));
    assertThat(CostConvention.THOP_0_1_1.count(vgg, CIFAR).operations())
        .as("biases do not count any more")
        .isEqualTo(313_201_664 + 4 * 276_480);
    assertThat(CostConvention.ESPALIER.count(vgg, CIFAR).operations()).isEqualTo(313_201_664);
  }

  /** The compression rates of HRank's README for ResNet-56, in the order of its convolutions. */
  private static List<Double> hrankRates() {
    Stream<Double> rates = Stream.of(0.1);
    rates = Stream.concat(rates, Collections.nCopies(35, 0.6).stream());
    rates = Stream.concat(rates, Collections.nCopies(2, 0.0).stream());
    rates = Stream.concat(rates, Collections.nCopies(6, 0.6).stream());
    rates = Stream.concat(rates, Collections.nCopies(3, 0.4).stream());
    return Stream.concat(rates, Stream.of(0.1, 0.4, 0.1, 0.4, 0.1, 0.4, 0.1, 0.4)).toList();
  }

  @Test
  void hrankPrints62MillionForItsMaskedResNet56() {
    ComputationGraph graph = initialised(CifarResNet.builder(56).build());
    int layer = 0;
    for (var vertex : graph.getVertices()) {
      if (vertex.hasLayer() && vertex.getLayer().conf().getLayer() instanceof ConvolutionLayer) {
        INDArray weights = vertex.getLayer().getParam("W");
        int pruned = (int) (hrankRates().get(layer++) * weights.size(0));
        if (pruned > 0) {
          weights.get(NDArrayIndex.interval(0, pruned)).assign(0);
        }
      }
    }
    assertThat(layer).isEqualTo(55);
    assertThat(CostConvention.HRANK.count(graph, CIFAR))
        .isEqualTo(new CostConvention.Count(489_359, 62_715_530));
  }

  @Test
  void hrankGivesASlimNetworkTheInputsOfItsOriginal() {
    int[] code = new int[27];
    Arrays.fill(code, 5);
    ComputationGraph original = initialised(CifarResNet.builder(56).build());
    CostConvention.Count slim = CostConvention.HRANK.count(resNet56(code), original, CIFAR);
    long first = 0;
    long both = 0;
    for (var layer : Cost.of(original, CIFAR).layers()) {
      first += layer.name().endsWith(".conv1") ? layer.macs() : 0;
      both += layer.macs();
    }
    assertThat(slim.operations()).isEqualTo(both - first / 2 + 10);
  }

  @Test
  void chexCountsTheShareOfWeightsThatAreNotZero() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).build());
    INDArray weights = graph.getLayer("layer1.0.conv1").getParam("W");
    weights.get(NDArrayIndex.interval(0, 4)).assign(0);
    assertThat(CostConvention.CHEX.count(graph, CIFAR))
        .isEqualTo(new CostConvention.Count(269_722, 40_551_040 - 1024 * 9 * 16 * 4));
  }

  @Test
  void conventionsHaveNames() {
    assertThat(Stream.of(CostConvention.values()).map(CostConvention::label))
        .containsExactly(
            "espalier",
            "thop-early",
            "thop-0-0-31",
            "thop-0-1-1",
            "abcpruner",
            "hrank",
            "hrank-plus",
            "chex");
  }
}
