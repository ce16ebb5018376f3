package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class SlimmerTest {
  private static final InputType TYPE = InputType.convolutional(6, 6, 2);
  private static final Map<String, int[]> GONE =
      Map.of("stem", new int[] {1, 4}, "inner", new int[] {0, 2, 3}, "dense", new int[] {5});

  private final INDArray images = Nd4j.rand(DataType.DOUBLE, 4, 2, 6, 6);
  private final DataSet batch =
      new DataSet(images, Nd4j.eye(3).castTo(DataType.DOUBLE).get(indices(0, 1, 2, 0)));
  private final ComputationGraph network = Shaken.with(residual(), 1, images);
  private final ChannelGroups groups = ChannelGroups.of(network, TYPE);

  private static org.nd4j.linalg.indexing.INDArrayIndex indices(long... rows) {
    return new org.nd4j.linalg.indexing.SpecifiedIndex(rows);
  }

  /** A residual block and a dense layer, every layer with another updater than its neighbours. */
  private static ComputationGraph residual() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(TYPE)
                .addLayer("stem", convolution(6).updater(new Nesterovs(0.1, 0.9)).build(), "input")
                .addLayer("inner", convolution(5).build(), "stem")
                .addLayer("innerBn", normalization(), "inner")
                .addLayer("last", convolution(6).updater(new AMSGrad(0.01)).build(), "innerBn")
                .addLayer("lastBn", normalization(), "last")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "stem", "lastBn")
                .addLayer(
                    "dense",
                    new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build(),
                    "sum")
                .addLayer(
                    "output",
                    new OutputLayer.Builder()
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .updater(new Sgd(0.1))
                        .build(),
                    "dense")
                .setOutputs("output")
                .build());
    network.init();
    return network;
  }

  private static ConvolutionLayer.Builder convolution(int width) {
    return new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(width).activation(Activation.RELU);
  }

  private static BatchNormalization normalization() {
    return new BatchNormalization.Builder().build();
  }

  @Test
  void slimComputesWhatMaskedDoes() {
    assertThat(Pruned.of(network, groups, GONE).difference(images)).isLessThan(1e-12);
  }

  @Test
  void removingSilentChannelsChangesNothing() {
    ComputationGraph silent = Pruned.of(network, groups, GONE).masked();
    ComputationGraph slim = Pruned.of(silent, ChannelGroups.of(silent, TYPE), GONE).slim();
    INDArray before = silent.outputSingle(images);
    double difference = slim.outputSingle(images).sub(before).amaxNumber().doubleValue();
    assertThat(difference / before.amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(slim.numParams()).isLessThan(silent.numParams());
  }

  @Test
  void permutingChannelsChangesNothing() {
    ComputationGraph permuted = Permuted.of(network, groups, new SplittableRandom(1));
    assertThat(permuted.params()).isNotEqualTo(network.params());
    INDArray difference = permuted.outputSingle(images).sub(network.outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-12);
  }

  @Test
  void everyWidthIsTheNewOne() {
    ComputationGraph slim = Pruned.of(network, groups, GONE).slim();
    assertThat(slim.getParam("stem_W").shape()).containsExactly(4, 2, 3, 3);
    assertThat(slim.getParam("stem_b").length()).isEqualTo(4);
    assertThat(slim.getParam("inner_W").shape()).containsExactly(2, 4, 3, 3);
    assertThat(slim.getParam("innerBn_mean").length()).isEqualTo(2);
    assertThat(slim.getParam("last_W").shape()).containsExactly(4, 2, 3, 3);
    assertThat(slim.getParam("dense_W").shape()).containsExactly(4 * 36, 6);
    assertThat(slim.getParam("output_W").shape()).containsExactly(6, 3);
    assertThat(slim.getParam("inner_W").getDouble(1, 3, 2, 1))
        .isEqualTo(network.getParam("inner_W").getDouble(4, 5, 2, 1));
    assertThat(slim.getParam("dense_W").getDouble(36 + 7, 5))
        .isEqualTo(network.getParam("dense_W").getDouble(2 * 36 + 7, 6));
  }

  @Test
  void theNetworkGivenStaysAsItIs() {
    network.fit(batch);
    INDArray parameters = network.params().dup();
    INDArray state = network.getUpdater().getStateViewArray().dup();
    String configuration = network.getConfiguration().toJson();
    Pruned.of(network, groups, GONE);
    assertThat(network.params()).isEqualTo(parameters);
    assertThat(network.getUpdater().getStateViewArray()).isEqualTo(state);
    assertThat(network.getConfiguration().toJson()).isEqualTo(configuration);
  }

  @Test
  void countersAreKept() {
    network.fit(batch);
    network.fit(batch);
    network.getConfiguration().setEpochCount(3);
    Pruned pruned = Pruned.of(network, groups, GONE);
    assertThat(pruned.slim().getIterationCount()).isEqualTo(2);
    assertThat(pruned.slim().getEpochCount()).isEqualTo(3);
    assertThat(pruned.masked().getIterationCount()).isEqualTo(2);
    assertThat(pruned.masked().getEpochCount()).isEqualTo(3);
  }

  /** The moments of a parameter are numbers that tell which parameter and which moment. */
  @Test
  void stateStaysWithItsParameter() {
    network.params().assign(Nd4j.arange((int) network.numParams()).castTo(DataType.DOUBLE));
    markState(network);
    ComputationGraph slim = Pruned.of(network, groups, GONE).slim();
    INDArray state = slim.getUpdater().getStateViewArray().dup();
    assertThat(slim.getUpdater().getUpdaterBlocks().size()).isGreaterThan(4);
    markState(slim);
    assertThat(slim.getUpdater().getStateViewArray()).isEqualTo(state);
  }

  /** Makes moment k of every parameter its own value and a million times k. */
  private static void markState(ComputationGraph graph) {
    INDArray state = graph.getUpdater().getStateViewArray();
    INDArray parameters = graph.params().reshape(graph.numParams());
    for (UpdaterBlock block : graph.getUpdater().getUpdaterBlocks()) {
      int length = block.getParamOffsetEnd() - block.getParamOffsetStart();
      int at = block.getUpdaterViewOffsetStart();
      for (int k = 1; at < block.getUpdaterViewOffsetEnd(); k++, at += length) {
        for (int i = 0; i < length; i++) {
          state.putScalar(at + i, parameters.getDouble(block.getParamOffsetStart() + i) + 1e6 * k);
        }
      }
    }
  }

  @Test
  void trainsOnAsTheMaskedNetworkWould() {
    network.fit(batch);
    network.fit(batch);
    Pruned pruned = Pruned.of(network, groups, GONE);
    pruned.slim().fit(batch);
    pruned.masked().fit(batch);
    ComputationGraph expected =
        Pruned.of(pruned.masked(), ChannelGroups.of(pruned.masked(), TYPE), GONE).slim();
    assertThat(pruned.slim().params().equalsWithEps(expected.params(), 1e-12)).isTrue();
    assertThat(
            pruned
                .slim()
                .getUpdater()
                .getStateViewArray()
                .equalsWithEps(expected.getUpdater().getStateViewArray(), 1e-12))
        .isTrue();
  }

  @Test
  void isSavedAndLoaded(@TempDir Path folder) throws IOException {
    network.fit(batch);
    ComputationGraph slim = Pruned.of(network, groups, GONE).slim();
    Path file = folder.resolve("slim.zip");
    ModelSerializer.writeModel(slim, file.toFile(), true);
    ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    assertThat(loaded.outputSingle(images)).isEqualTo(slim.outputSingle(images));
    loaded.fit(batch);
    slim.fit(batch);
    assertThat(loaded.params()).isEqualTo(slim.params());
  }

  @Test
  void aSlimNetworkIsSlimmedAgain() {
    ComputationGraph once = Pruned.of(network, groups, GONE).slim();
    ChannelGroups left = ChannelGroups.of(once, TYPE);
    assertThat(left.group("stem").channels()).isEqualTo(4);
    Pruned twice = Pruned.of(once, left, Map.of("stem", new int[] {3}, "inner", new int[] {0}));
    assertThat(twice.difference(images)).isLessThan(1e-12);
  }

  @Test
  void errorsNameGroupAndReason() {
    Slimmer slimmer = Slimmer.of(network, groups);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slimmer.remove("output", 0))
        .withMessage(
            "Cannot remove channels of output: the group is fixed (output of the network: output)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slimmer.remove("stem", 6))
        .withMessage("Cannot remove channels of stem: it has channels 0 to 5 (channel 6)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slimmer.remove("inner", 0, 1).remove("inner", 2, 3, 4))
        .withMessage("Cannot remove channels of inner: at least one must stay (all 5 removed)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slimmer.remove("sten", 0))
        .withMessage(
            "Cannot find the channel group sten: the groups are [input, stem, inner, dense,"
                + " output]");
  }

  @Test
  void anotherNetworkIsRefused() {
    ComputationGraph other = Pruned.of(network, groups, GONE).slim();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Slimmer.of(other, groups))
        .withMessage("Cannot slim: the network is not the one whose groups were found (W of stem)");
  }

  @Test
  void aSeparableConvolutionKeepsTwoInputs() {
    ComputationGraph separable =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(TYPE)
                .addLayer("first", convolution(3).build(), "input")
                .addLayer(
                    "second", new SeparableConvolution2D.Builder(3, 3).nOut(4).build(), "first")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "second")
                .setOutputs("output")
                .build());
    separable.init();
    Slimmer slimmer = Slimmer.of(separable, ChannelGroups.of(separable, TYPE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slimmer.remove("first", 0, 1).slim())
        .withMessage(
            "Cannot slim: second would be left with one input, and separable convolution takes two"
                + " or more");
  }
}
