package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Sizes and equivalence on the networks that the paper prunes. */
class ResNetPruningTest {

  private static ComputationGraph cifar(int depth, Shortcut shortcut) {
    ComputationGraph network =
        new ComputationGraph(CifarResNet.builder(depth).shortcut(shortcut).seed(1).build());
    network.init();
    return network;
  }

  private static ChannelSelection selection(ComputationGraph network, double rate) {
    return PrunedLayer.selection(
        new Scop(ScopConfiguration.official(rate, 1).withImportance(Importance.RANDOM))
            .select(network));
  }

  private static Cost cost(ComputationGraph network) {
    return Cost.of(network, InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC));
  }

  @ParameterizedTest
  @CsvSource({"IDENTITY, 269722, 116485", "CONVOLUTION, 272282, 119045"})
  void resNet20HasThePublishedNumberOfParameters(Shortcut shortcut, long before, long after) {
    ComputationGraph network = cifar(20, shortcut);
    ComputationGraph slim = Scop.slim(network, selection(network, 0.45));
    assertThat(cost(network).parameters()).isEqualTo(before);
    assertThat(cost(slim).parameters()).isEqualTo(after);
  }

  @ParameterizedTest
  @CsvSource({
    "20, CONVOLUTION, 56.3, 55.8",
    "32, CONVOLUTION, 56.2, 55.9",
    "56, CONVOLUTION, 56.1, 56.0",
    "56, IDENTITY, 56.3, 56.1"
  })
  void savingsAreThePublishedOnes(int depth, Shortcut shortcut, double parameters, double macs) {
    ComputationGraph network = cifar(depth, shortcut);
    Cost before = cost(network);
    Cost after = cost(Scop.slim(network, selection(network, 0.45)));
    assertThat(100.0 * (before.parameters() - after.parameters()) / before.parameters())
        .isCloseTo(parameters, within(0.05));
    assertThat(100.0 * (before.macs() - after.macs()) / before.macs())
        .isCloseTo(macs, within(0.05));
  }

  @Test
  void slimAndMaskedResNet20ComputeTheSame() {
    ComputationGraph network = cifar(20, Shortcut.IDENTITY);
    SmallNetworks.randomize(network, 3);
    ChannelSelection selection = selection(network, 0.45);
    INDArray images = SmallNetworks.normal(DataType.FLOAT, 1, 2, 32, 32, 3);
    INDArray masked = Scop.masked(network, selection).outputSingle(images);
    INDArray slim = Scop.slim(network, selection).outputSingle(images);
    assertThat(slim.sub(masked).amaxNumber().doubleValue()).isLessThan(1e-5);
  }

  /** The networks for ImageNet, whose projections have batch normalisation. */
  @ParameterizedTest
  @Tag("slow")
  @CsvSource({"2 2 2 2, false, 0.30, 11689512, 7097908", "3 4 6 3, true, 0.35, 25557032, 14617421"})
  void imageNetNetworksHaveThePublishedNumberOfParameters(
      String blocks, boolean bottleneck, double rate, long before, long after) {
    ComputationGraph network = imageNet(blocks.split(" "), bottleneck);
    assertThat(parameters(network)).isEqualTo(before);
    assertThat(parameters(Scop.slim(network, selection(network, rate)))).isEqualTo(after);
  }

  private static long parameters(ComputationGraph network) {
    return Cost.of(network, InputType.convolutional(64, 64, 3, CNN2DFormat.NHWC)).parameters();
  }

  private static ComputationGraph imageNet(String[] blocks, boolean bottleneck) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder().updater(new Sgd(0)).graphBuilder().addInputs("input");
    int channels = 64;
    String at = unit(graph, "stem", "input", 3, channels, 7, 4);
    for (int stage = 0; stage < blocks.length; stage++) {
      int width = 64 << stage;
      for (int block = 0; block < Integer.parseInt(blocks[stage]); block++) {
        String name = "layer" + (stage + 1) + "." + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        int out = bottleneck ? 4 * width : width;
        String end;
        if (bottleneck) {
          end = unit(graph, name + ".1", at, channels, width, 1, 1);
          end = unit(graph, name + ".2", end, width, width, 3, stride);
          end = unit(graph, name + ".3", end, width, out, 1, 1);
        } else {
          end = unit(graph, name + ".1", at, channels, width, 3, stride);
          end = unit(graph, name + ".2", end, width, width, 3, 1);
        }
        String shortcut =
            channels == out ? at : unit(graph, name + ".down", at, channels, out, 1, stride);
        graph.addVertex(name + ".add", new ResidualSum(true), end, shortcut);
        at = name + ".add";
        channels = out;
      }
    }
    graph.addLayer("pool", new GlobalAveragePooling(), at);
    graph.addLayer("linear", Output.builder().nIn(channels).nOut(1000).build(), "pool");
    ComputationGraph network = new ComputationGraph(graph.setOutputs("linear").build());
    network.init();
    return network;
  }

  private static String unit(
      GraphBuilder graph, String name, String input, int in, int out, int kernel, int stride) {
    graph.addLayer(
        name + ".conv",
        Convolution.builder(kernel, kernel)
            .nIn(in)
            .nOut(out)
            .stride(stride)
            .padding(kernel / 2)
            .build(),
        input);
    graph.addLayer(name + ".bn", BatchNorm.builder().nIn(out).nOut(out).build(), name + ".conv");
    return name + ".bn";
  }
}
