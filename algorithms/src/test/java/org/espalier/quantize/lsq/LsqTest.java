package org.espalier.quantize.lsq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.layer.PositiveStep;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.network.QuantizedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class LsqTest {
  private static ComputationGraph residual() {
    return QuantizedNetworks.residual(DataType.FLOAT, QuantizedNetworks.updater());
  }

  private static INDArray step(ComputationGraph network, String vertex) {
    return network.getVertex(vertex).paramTable(false).get(LearnedActivation.STEP);
  }

  @Test
  void everyLayerHasItsInputAndSumsHaveEightBits() {
    NetworkGraph graph = NetworkGraph.of(new Lsq(3).apply(residual()));
    assertThat(codes(graph, "conv1.input")).isEqualTo(CodeRange.signed(8));
    assertThat(codes(graph, "conv2.input")).isEqualTo(CodeRange.unsigned(3));
    assertThat(graph.node("conv2.input").inputs()).containsExactly("bn1.codes");
    assertThat(codes(graph, "bn1.codes")).isEqualTo(CodeRange.unsigned(8));
    assertThat(codes(graph, "bn3.codes")).isEqualTo(CodeRange.signed(8));
    assertThat(graph.node("conv3.input").inputs()).containsExactly("bn2");
    assertThat(codes(graph, "linear.input")).isEqualTo(CodeRange.unsigned(8));
    assertThat(graph.node("add1").inputs()).containsExactly("bn3.codes", "bn1.codes");
    assertThat(weights(graph, "conv1")).isEqualTo(new LearnedWeights(8, false));
    assertThat(weights(graph, "conv4")).isEqualTo(new LearnedWeights(3, false));
    assertThat(weights(graph, "linear")).isEqualTo(new LearnedWeights(8, false));
  }

  private static CodeRange codes(NetworkGraph graph, String name) {
    return graph.layer(name, LearnedActivation.class).codes();
  }

  private static Object weights(NetworkGraph graph, String name) {
    return graph.layer(name, QuantizedLayer.class).quantizer();
  }

  @Test
  void atEightBitsASharedGridServesLayersToo() {
    NetworkGraph graph = NetworkGraph.of(new Lsq(8).apply(residual()));
    assertThat(graph.node("conv2").inputs()).containsExactly("bn1.codes");
    assertThat(graph.node("conv3").inputs()).containsExactly("conv3.input");
  }

  @Test
  void stepsStartFromWeightsAndTheFirstBatch() {
    ComputationGraph form = new Lsq(2).apply(residual());
    INDArray weights = form.getVertex("conv2").paramTable(false).get("W");
    assertThat(step(form, "conv2").getDouble(0))
        .isCloseTo(2 * weights.ameanNumber().doubleValue(), offset(1e-6));
    assertThat(step(form, "conv1.input").getDouble(0)).isZero();
    INDArray images = QuantizedNetworks.data(DataType.FLOAT, 1, 16).getFeatures();
    form.output(true, images);
    assertThat(step(form, "conv1.input").getDouble(0))
        .isCloseTo(2 * images.ameanNumber().doubleValue() / Math.sqrt(127), offset(1e-6));
    INDArray first = form.params().dup();
    form.output(true, QuantizedNetworks.data(DataType.FLOAT, 2, 16).getFeatures());
    assertThat(form.params()).isEqualTo(first);
  }

  @Test
  void gradientOfAStepDoesNotDependOnTheSizeOfTheBatch() {
    ComputationGraph form = new Lsq(2).apply(QuantizedNetworks.plain(DataType.FLOAT, new Sgd(1)));
    DataSet data = QuantizedNetworks.data(DataType.FLOAT, 3, 4);
    form.output(true, data.getFeatures());
    ComputationGraph twice = QuantizedNetworks.saved(form);
    form.fit(data);
    twice.fit(DataSet.merge(List.of(data, data)));
    assertThat(twice.params().equalsWithEps(form.params(), 1e-5)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void quantisedNetworkLearnsAndConverts(int bits) {
    ComputationGraph network = residual();
    QuantizedNetworks.train(network, 40);
    Lsq algorithm = new Lsq(bits);
    ComputationGraph trained = algorithm.apply(network);
    QuantizedNetworks.train(trained, 60);
    ComputationGraph deployed = QuantizedNetworks.saved(algorithm.convert(trained));
    DataSet test = QuantizedNetworks.data(DataType.FLOAT, 1234, 300);
    assertThat(QuantizedNetworks.accuracy(deployed, test)).isGreaterThan(0.9);
    QuantizedNetworks.assertSameCodes(trained, deployed, test.getFeatures());
    QuantizedNetwork integers = QuantizedNetwork.of(deployed);
    assertThat(integers.layer("conv3").weights().bits()).isEqualTo(bits);
    int largest = 1 << (bits - 1);
    assertThat(integers.layer("conv3").weights().codes())
        .matches(codes -> Arrays.stream(codes).allMatch(code -> Math.abs(code) <= largest));
    assertThat(integers.layer("conv3").input().orElseThrow().codes().bits()).isEqualTo(bits);
  }

  @Test
  void stepsStayPositiveWhateverTheGradient() {
    ComputationGraph network = QuantizedNetworks.plain(DataType.FLOAT, new Sgd(50));
    ComputationGraph form = new Lsq(4).apply(network);
    QuantizedNetworks.train(form, 5);
    form.paramTable()
        .forEach(
            (name, array) -> {
              if (name.endsWith("_" + LearnedActivation.STEP)) {
                assertThat(array.minNumber().doubleValue())
                    .as(name)
                    .isGreaterThanOrEqualTo((float) PositiveStep.SMALLEST);
              }
            });
  }

  @Test
  void stepsDoNotDecay() {
    ComputationGraph form = new Lsq(4).apply(residual());
    for (String vertex : new String[] {"conv2", "conv2.input", "bn1.codes"}) {
      assertThat(
              form.getVertex(vertex)
                  .getLayer()
                  .getConfig()
                  .getRegularizationByParam(LearnedActivation.STEP))
          .isNull();
    }
    assertThat(form.getVertex("conv2").getLayer().getConfig().getRegularizationByParam("W"))
        .isNotEmpty();
  }

  @Test
  void trainingGoesOnThroughAFileAsIfNothingHadHappened() {
    ComputationGraph one = new Lsq(new LsqConfiguration(2, 4, 8, true)).apply(residual());
    QuantizedNetworks.train(one, 3);
    ComputationGraph other = QuantizedNetworks.saved(one);
    QuantizedNetworks.train(one, 3);
    QuantizedNetworks.train(other, 3);
    assertThat(other.params()).isEqualTo(one.params());
    assertThat(
            ComputationGraphConfiguration.fromJson(one.getConfiguration().toJson()).getVertices())
        .isEqualTo(one.getConfiguration().getVertices());
  }

  @Test
  void nineBitsAreRefused() {
    assertThatThrownBy(() -> new Lsq(9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the number of bits must be from 2 to 8 (9)");
  }
}
