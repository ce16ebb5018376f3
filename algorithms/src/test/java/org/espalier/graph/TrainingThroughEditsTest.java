package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** An edit that does not change what a network computes does not change how it learns. */
class TrainingThroughEditsTest {
  private static final int WIDTH = 5;

  private static Stream<IUpdater> updaters() {
    return Stream.of(
        new Adam(0.01),
        new Nesterovs(0.05, 0.9),
        new AMSGrad(0.01),
        new AdaGrad(0.1),
        new Sgd(0.1));
  }

  /** The second layer has settings of its own, so that there are three blocks of updater state. */
  private static ComputationGraph network(IUpdater updater) {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(updater)
                .activation(Activation.TANH)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("a", dense(), "input")
                .addLayer(
                    "b", new DenseLayer.Builder().nOut(WIDTH).updater(new Adam(0.02)).build(), "a")
                .addLayer("norm", new BatchNormalization(), "b")
                .addLayer("c", dense(), "norm")
                .addLayer("d", dense(), "c")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build(),
                    "d")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(WIDTH).build();
  }

  /** Takes columns of [rows, columns]; ND4J's own gather is not safe on every shape. */
  private static INDArray columns(INDArray array, int... order) {
    INDArray result = Nd4j.create(array.dataType(), array.rows(), order.length);
    for (int i = 0; i < order.length; i++) {
      result.putColumn(i, array.getColumn(order[i]));
    }
    return result;
  }

  private static void train(ComputationGraph network, int from, int to) {
    for (int step = from; step < to; step++) {
      Random random = new Random(step);
      float[] features = new float[12];
      for (int i = 0; i < features.length; i++) {
        features[i] = random.nextFloat();
      }
      INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}});
      network.fit(new DataSet(Nd4j.createFromArray(features).reshape(4, 3), labels));
    }
  }

  private static NewNode identity(String name) {
    return NewNode.layer(name, new ActivationLayer(Activation.IDENTITY));
  }

  /** A layer with parameters, which passes its input on and does not learn. */
  private static NewNode still(String name) {
    DenseLayer layer =
        new DenseLayer.Builder()
            .nIn(WIDTH)
            .nOut(WIDTH)
            .activation(Activation.IDENTITY)
            .updater(new Sgd(0))
            .build();
    return NewNode.layer(name, layer)
        .parameter("W", Nd4j.eye(WIDTH).castTo(DataType.FLOAT))
        .parameter("b", Nd4j.zeros(DataType.FLOAT, WIDTH));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void insertingRemovingAndRenamingDisturbNothing(IUpdater updater) {
    ComputationGraph undisturbed = network(updater);
    train(undisturbed, 0, 6);
    ComputationGraph network = network(updater);
    train(network, 0, 3);
    INDArray before = network.params().dup();
    ComputationGraph edited =
        NetworkGraph.of(network)
            .insertAfter("a", identity("passing"))
            .insertAfter("c", identity("gone"))
            .remove("gone")
            .rename("c", "renamed")
            .build();
    train(edited, 3, 6);
    assertThat(edited.params()).isEqualTo(undisturbed.params());
    assertThat(edited.getUpdater().getStateViewArray())
        .isEqualTo(undisturbed.getUpdater().getStateViewArray());
    assertThat(edited.getIterationCount()).isEqualTo(6);
    assertThat(network.params()).isEqualTo(before);
    assertThat(network.getIterationCount()).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void stateFindsItsPlaceWhenBlocksAreSplitAndJoined(IUpdater updater) {
    ComputationGraph undisturbed = network(updater);
    train(undisturbed, 0, 6);
    ComputationGraph network = network(updater);
    train(network, 0, 2);
    ComputationGraph longer = NetworkGraph.of(network).insertAfter("c", still("still")).build();
    assertThat(longer.getUpdater().getUpdaterBlocks())
        .hasSize(network.getUpdater().getUpdaterBlocks().size() + 2);
    train(longer, 2, 4);
    ComputationGraph shorter = NetworkGraph.of(longer).remove("still").build();
    train(shorter, 4, 6);
    assertThat(shorter.params()).isEqualTo(undisturbed.params());
  }

  @Test
  void stateIsChangedWithItsParameter() {
    ComputationGraph network = network(new Adam(0.01));
    train(network, 0, 3);
    int[] order = {4, 2, 0, 1, 3};
    ComputationGraph permuted =
        NetworkGraph.of(network)
            .carry("c", "W", array -> columns(array, order))
            .carry("c", "b", array -> columns(array.reshape(1, WIDTH), order))
            .carry("d", "W", array -> columns(array.transpose(), order).transpose())
            .build();
    train(network, 3, 6);
    train(permuted, 3, 6);
    INDArray expected = columns(network.getParam("c_W"), order);
    assertThat(permuted.getParam("c_W").equalsWithEps(expected, 1e-6)).isTrue();
    INDArray input = Nd4j.rand(4, 3);
    assertThat(permuted.outputSingle(input).equalsWithEps(network.outputSingle(input), 1e-6))
        .isTrue();
  }

  @Test
  void stateOfAGivenParameterOrOfAnotherUpdaterStartsAnew() {
    ComputationGraph network = network(new Nesterovs(0.05, 0.9));
    train(network, 0, 3);
    NetworkGraph graph = NetworkGraph.of(network).parameter("a", "W", network.getParam("a_W"));
    graph.layer("b", DenseLayer.class).setIUpdater(new Nesterovs(0.05, 0.9));
    ComputationGraph edited = graph.build();
    // Now all of a and b are in one block, a before b, biases behind weights.
    INDArray state = edited.getUpdater().getStateViewArray();
    int weights = 3 * WIDTH;
    int upToB = weights + WIDTH;
    int upToC = upToB + WIDTH * WIDTH + WIDTH;
    assertThat(state.get(interval(0, weights)).amaxNumber().doubleValue()).isZero();
    assertThat(state.get(interval(weights, upToB)).amaxNumber().doubleValue()).isPositive();
    assertThat(state.get(interval(upToB, upToC)).amaxNumber().doubleValue()).isZero();
  }

  private static INDArrayIndex interval(int from, int to) {
    return NDArrayIndex.interval(from, to);
  }

  @Test
  void trainingCanBeRestarted() {
    ComputationGraph network = network(new Adam(0.01));
    train(network, 0, 3);
    network.incrementEpochCount();
    ComputationGraph restarted = NetworkGraph.of(network).restart().build();
    assertThat(restarted.getIterationCount()).isZero();
    assertThat(restarted.getEpochCount()).isZero();
    assertThat(restarted.getUpdater(false)).isNull();
    assertThat(restarted.params()).isEqualTo(network.params());
    assertThat(NetworkGraph.of(network).build().getEpochCount()).isEqualTo(1);
  }
}
