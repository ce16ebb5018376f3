package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ChannelGroupsTest {
  private static final InputType NCHW = InputType.convolutional(4, 4, 3);
  private static final InputType NHWC = InputType.convolutional(4, 4, 3, CNN2DFormat.NHWC);

  private static GraphBuilder graph(InputType type) {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(type);
  }

  private static ConvolutionLayer convolution(int width) {
    return new ConvolutionLayer.Builder(1, 1).nOut(width).activation(Activation.RELU).build();
  }

  private static ComputationGraph finished(GraphBuilder graph, String last) {
    return initialised(
        graph
            .addLayer("output", new OutputLayer.Builder().nOut(2).build(), last)
            .setOutputs("output")
            .build());
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  @Test
  void aChainHasAGroupForEachLayer() {
    ComputationGraph network =
        finished(
            graph(NCHW)
                .addLayer("first", convolution(5), "input")
                .addLayer("dense", new DenseLayer.Builder().nOut(6).build(), "first"),
            "dense");
    ChannelGroups groups = ChannelGroups.of(network, NCHW);
    assertThat(groups.all())
        .extracting(ChannelGroup::toString)
        .containsExactly(
            "input (3 channels, fixed: input of the network: input)",
            "first (5 channels)",
            "dense (6 channels)",
            "output (2 channels, fixed: output of the network: output)");
    assertThat(groups.free()).extracting(ChannelGroup::name).containsExactly("first", "dense");
    assertThat(groups.fixed()).extracting(ChannelGroup::name).containsExactly("input", "output");
    assertThat(groups.group("first").slices())
        .extracting(ChannelSlice::toString)
        .containsExactlyInAnyOrder(
            "OUTPUT of first.W on axis 0",
            "OUTPUT of first.b on axis 1",
            "INPUT of dense.W on axis 0");
    assertThat(groups.madeBy("dense")).containsExactly(groups.group("dense"));
    assertThat(groups.group("dense").isLoud()).isTrue(); // sigmoid
    assertThat(groups.group("first").isLoud()).isFalse();
  }

  @Test
  void flattenedImagesHaveARowForEachPixel() {
    for (InputType type : new InputType[] {NCHW, NHWC}) {
      ComputationGraph network =
          finished(graph(type).addLayer("first", convolution(5), "input"), "first");
      ChannelSlice rows =
          ChannelGroups.of(network, type).group("first").slices(ChannelRole.INPUT).get(0);
      assertThat(rows.channels()).isEqualTo(5);
      assertThat(rows.indices(2)).hasSize(16);
      assertThat(rows.indices(2)).startsWith(type == NCHW ? new int[] {32, 33} : new int[] {2, 7});
    }
  }

  @Test
  void concatenationsOfSumsAreFollowedChannelByChannel() {
    // [a (4) | b (2)] + c (6): channels of c split; d is added to the middle of another sum
    ComputationGraph network =
        finished(
            graph(NCHW)
                .addLayer("a", convolution(4), "input")
                .addLayer("b", convolution(2), "input")
                .addVertex("ab", new MergeVertex(), "a", "b")
                .addLayer("c", convolution(6), "input")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "ab", "c")
                .addVertex("ba", new MergeVertex(), "b", "a")
                .addLayer("d", convolution(6), "ba")
                .addVertex("all", new ElementWiseVertex(ElementWiseVertex.Op.Max), "sum", "d")
                .addLayer("e", convolution(3), "all"),
            "e");
    ChannelGroups groups = ChannelGroups.of(network, NCHW);
    assertThat(groups.free())
        .extracting(ChannelGroup::toString)
        .containsExactlyInAnyOrder("a (4 channels)", "b (2 channels)", "e (3 channels)");
    ChannelGroup b = groups.group("b");
    assertThat(b.slices())
        .filteredOn(slice -> slice.parameter().equals("W"))
        .extracting(slice -> slice + " " + slice.indices(1)[0])
        .containsExactlyInAnyOrder(
            "OUTPUT of b.W on axis 0 1",
            "OUTPUT of c.W on axis 0 5",
            "INPUT of d.W on axis 1 1",
            "OUTPUT of d.W on axis 0 5",
            "INPUT of e.W on axis 1 5");
    assertThat(groups.madeBy("c")).extracting(ChannelGroup::name).containsExactly("a", "b");
  }

  @Test
  void depthwiseConvolutionsFollow() {
    ComputationGraph network =
        finished(
            graph(NCHW)
                .addLayer("first", convolution(3), "input")
                .addLayer(
                    "each",
                    new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .activation(Activation.RELU)
                        .build(),
                    "first")
                .addLayer("last", convolution(4), "each"),
            "last");
    ChannelGroup first = ChannelGroups.of(network, NCHW).group("first");
    assertThat(first.slices())
        .filteredOn(slice -> !slice.layer().equals("first"))
        .extracting(slice -> slice + " " + slice.indices(1).length)
        .containsExactlyInAnyOrder(
            "FOLLOWER of each.W on axis 2 1",
            "FOLLOWER of each.b on axis 1 2",
            "INPUT of last.W on axis 1 2");
  }

  @Test
  void paddedShortcutsTieTheStagesOfAResNetTogether() {
    InputType type = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);
    ComputationGraph network =
        initialised(CifarResNet.builder(20).shortcut(Shortcut.IDENTITY).build());
    ChannelGroups groups = ChannelGroups.of(network, type);
    assertThat(groups.group("conv1").channels()).isEqualTo(16);
    assertThat(groups.group("conv1").slices(ChannelRole.OUTPUT)).hasSize(10);
    // what the second stage adds to the first, and the third to the second
    assertThat(groups.free().stream().mapToInt(ChannelGroup::channels).sum())
        .isEqualTo(64 + 3 * (16 + 32 + 64));
    Pruned pruned = Pruned.of(network, groups, Map.of("conv1", new int[] {0, 7, 15}));
    INDArray images = Nd4j.rand(DataType.FLOAT, 1, 32, 32, 3);
    assertThat(pruned.difference(images)).isLessThan(1e-5);
  }

  @Test
  void aChannelThatScalesAllOthersIsFixed() {
    ComputationGraph network =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .addLayer("first", wide(3, 5), "input")
                .addLayer("gate", wide(5, 1), "first")
                .addVertex(
                    "x", new ElementWiseVertex(ElementWiseVertex.Op.Product), "first", "gate")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "x")
                .addLayer("output", new OutputLayer.Builder().nIn(5).nOut(2).build(), "pool")
                .setOutputs("output")
                .build());
    ChannelGroups groups = ChannelGroups.of(network, NCHW);
    assertThat(groups.group("gate").fixedReason()).hasValue("x spreads it over all channels");
    Pruned pruned = Pruned.of(network, groups, Map.of("first", new int[] {0, 4}));
    assertThat(pruned.difference(Nd4j.rand(DataType.FLOAT, 2, 3, 4, 4))).isLessThan(1e-5);
  }

  private static ConvolutionLayer wide(int in, int out) {
    return new ConvolutionLayer.Builder(1, 1)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SIGMOID)
        .build();
  }

  @Test
  void recurrentNetworksAreRefused() {
    ComputationGraph network =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("words")
                .setInputTypes(InputType.recurrent(4))
                .addLayer("lstm", new LSTM.Builder().nOut(3).build(), "words")
                .addLayer("output", new RnnOutputLayer.Builder().nOut(2).build(), "lstm")
                .setOutputs("output")
                .build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChannelGroups.of(network, InputType.recurrent(4)))
        .withMessage(
            "Cannot find channel groups: recurrent networks are not supported (words is a"
                + " sequence)");
  }

  @Test
  void inputsMustFit() {
    ComputationGraph network =
        finished(graph(NCHW).addLayer("first", convolution(5), "input"), "first");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChannelGroups.of(network))
        .withMessage("Cannot find channel groups: the network has 1 inputs (0 types given)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChannelGroups.of(network, NHWC))
        .withMessage("Cannot find channel groups: first takes NCHW images (NHWC)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChannelGroups.of(network, InputType.feedForward(7)))
        .withMessageStartingWith("Cannot find channel groups: first does not take its inputs (");
  }
}
