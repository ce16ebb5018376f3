package org.espalier.quantize.simqat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterLayout;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.GradientChecks;
import org.espalier.quantize.QuantizedNetworks;
import org.espalier.quantize.ValueRange;
import org.espalier.quantize.layer.Latent;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.layer.WeightScheme;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.observe.RunningRange;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

class SimQatTest {
  private static final SimQatConfiguration STANDARD = SimQatConfiguration.standard(8);

  private static ComputationGraph residual() {
    return QuantizedNetworks.residual(DataType.FLOAT, QuantizedNetworks.updater());
  }

  private static INDArray parameter(ComputationGraph network, String vertex, String name) {
    return network.getVertex(vertex).paramTable(false).get(name);
  }

  @Test
  void quantisersStandWhereARuntimeKeepsIntegers() {
    NetworkGraph graph = NetworkGraph.of(new SimQat(8).apply(residual()));
    assertThat(graph.node("conv1").inputs()).containsExactly("input.codes");
    assertThat(graph.node("bn1").inputs()).containsExactly("conv1");
    assertThat(graph.node("conv2").inputs()).containsExactly("bn1.codes");
    assertThat(graph.node("add1").inputs()).containsExactly("bn3.codes", "bn1.codes");
    assertThat(graph.node("shortcut").inputs()).containsExactly("add1.codes");
    assertThat(graph.node("add2").inputs()).containsExactly("bn5.codes", "shortcut");
    assertThat(graph.node("pool").inputs()).containsExactly("add2.codes");
    assertThat(graph.node("linear").inputs()).containsExactly("pool.codes");
    assertThat(graph.outputs()).containsExactly("linear");
    assertThat(graph.nodes())
        .filteredOn(node -> node.layer() instanceof ObservedActivation)
        .hasSize(9);
    assertThat(graph.nodes())
        .filteredOn(node -> node.layer() instanceof QuantizedLayer)
        .extracting("name")
        .containsExactlyInAnyOrder("conv1", "conv2", "conv3", "conv4", "conv5", "linear");
  }

  @Test
  void nothingIsQuantisedBetweenConvolutionPoolingAndRelu() {
    NetworkGraph graph =
        NetworkGraph.of(
            new SimQat(8)
                .apply(QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater())));
    assertThat(graph.node("pool1").inputs()).containsExactly("conv1");
    assertThat(graph.node("relu1").inputs()).containsExactly("pool1");
    assertThat(graph.node("fc1").inputs()).containsExactly("relu1.codes");
    assertThat(graph.node("fc2").inputs()).containsExactly("fc1.codes");
  }

  @Test
  void untrainedFormComputesNearlyWhatTheNetworkDoes() {
    ComputationGraph network = QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater());
    ComputationGraph form = new SimQat(8).apply(network);
    INDArray images = QuantizedNetworks.data(DataType.FLOAT, 1, 32).getFeatures();
    form.output(true, images);
    assertThat(form.outputSingle(images).distance2(network.outputSingle(images))).isLessThan(0.1);
    ComputationGraph coarse = new SimQat(2).apply(network);
    coarse.output(true, images);
    assertThat(coarse.outputSingle(images).distance2(network.outputSingle(images)))
        .isGreaterThan(0.1);
  }

  @Test
  void gradientOfWeightsIsThatOfAPlainNetworkWithTheRoundedOnes() {
    ComputationGraph network = QuantizedNetworks.plain(DataType.FLOAT, new Sgd(1));
    SimQatConfiguration weightsOnly = STANDARD.withDelays(0, ObservedSettings.NEVER);
    ComputationGraph form = new SimQat(weightsOnly).apply(network);
    DataSet data = QuantizedNetworks.data(DataType.FLOAT, 2, 8);
    ComputationGraph rounded = network.clone();
    for (String layer : List.of("conv1", "fc1", "fc2")) {
      QuantizedLayer quantized = (QuantizedLayer) form.getVertex(layer).getLayer().getConfig();
      INDArray weights =
          WeightLayout.of(quantized.getUnderlying())
              .array(
                  quantized.integers(form.getVertex(layer).paramTable(false)).values(),
                  DataType.FLOAT);
      rounded.getVertex(layer).paramTable(false).get("W").assign(weights);
    }
    for (ComputationGraph each : List.of(form, rounded)) {
      each.setInputs(data.getFeatures());
      each.setLabels(data.getLabels());
      each.computeGradientAndScore();
    }
    rounded
        .gradient()
        .gradientForVariable()
        .forEach(
            (name, expected) ->
                assertThat(form.gradient().getGradientFor(name).equalsWithEps(expected, 0))
                    .as(name)
                    .isTrue());
  }

  @Test
  void trainingMovesLatentWeightsOffTheGrid() {
    ComputationGraph form = new SimQat(4).apply(residual());
    QuantizedNetworks.train(form, 3);
    double[] weights = parameter(form, "conv2", "W").dup().reshape(-1).toDoubleVector();
    assertThat(weights).doesNotHaveDuplicates();
  }

  @Test
  void rangeFollowsTheBatchesAndIsUsedAtInference() {
    SimQatConfiguration extremes = STANDARD.withObserver(RunningRange.extremes());
    ComputationGraph form = new SimQat(extremes).apply(residual());
    QuantizedNetworks.train(form, 3);
    ValueRange seen = ValueRange.EMPTY;
    for (int i = 0; i < 3; i++) {
      seen =
          seen.union(
              FakeQuantization.range(QuantizedNetworks.data(DataType.FLOAT, i, 16).getFeatures()));
    }
    assertThat(parameter(form, "input.codes", "min").getDouble(0)).isEqualTo(seen.min());
    assertThat(parameter(form, "input.codes", "max").getDouble(0)).isEqualTo(seen.max());
    INDArray before = form.params().dup();
    form.output(QuantizedNetworks.data(DataType.FLOAT, 9, 16).getFeatures());
    assertThat(form.params()).isEqualTo(before);
  }

  @Test
  void rangesOfWorkersAreCombinedAsExtremes() {
    ParameterLayout layout = ParameterLayout.of(new SimQat(8).apply(residual()));
    assertThat(layout.ranges())
        .filteredOn(range -> range.name().endsWith(".codes_min"))
        .hasSize(9)
        .allMatch(range -> range.kind() == ParameterClass.MINIMUM);
    assertThat(layout.ranges())
        .filteredOn(range -> range.name().endsWith(".codes_max"))
        .allMatch(range -> range.kind() == ParameterClass.MAXIMUM);
  }

  @Test
  void untilTheDelayIsOverTrainingIsThatOfThePlainNetwork() {
    ComputationGraph network = residual();
    ComputationGraph form = new SimQat(STANDARD.withDelays(3, 3)).apply(network);
    QuantizedNetworks.train(network, 3);
    QuantizedNetworks.train(form, 3);
    network
        .paramTable()
        .forEach(
            (name, array) ->
                assertThat(form.paramTable().get(name).equalsWithEps(array, 1e-5))
                    .as(name)
                    .isTrue());
    QuantizedNetworks.train(network, 1);
    QuantizedNetworks.train(form, 1);
    assertThat(
            form.paramTable()
                .get("conv1_W")
                .equalsWithEps(network.paramTable().get("conv1_W"), 1e-7))
        .isFalse();
  }

  @Test
  void frozenObserversAndStatisticsStay() {
    ComputationGraph form = new SimQat(STANDARD.withFreezing(2, 3)).apply(residual());
    QuantizedNetworks.train(form, 3);
    INDArray range = parameter(form, "bn2.codes", "max").dup();
    INDArray mean = parameter(form, "bn2", "mean").dup();
    INDArray variance = parameter(form, "bn2", "var").dup();
    INDArray gamma = parameter(form, "bn2", "gamma").dup();
    QuantizedNetworks.train(form, 2);
    assertThat(parameter(form, "bn2.codes", "max")).isEqualTo(range);
    assertThat(parameter(form, "bn2", "mean")).isEqualTo(mean);
    assertThat(parameter(form, "bn2", "var")).isEqualTo(variance);
    assertThat(parameter(form, "bn2", "gamma")).isNotEqualTo(gamma);
  }

  @Test
  void trainingGoesOnThroughAFileAsIfNothingHadHappened() {
    SimQatConfiguration settings = STANDARD.withDelays(1, 3).withFreezing(5, 6);
    ComputationGraph one = new SimQat(settings).apply(residual());
    QuantizedNetworks.train(one, 4);
    ComputationGraph other = QuantizedNetworks.saved(one);
    assertThat(other.getConfiguration().toJson()).isEqualTo(one.getConfiguration().toJson());
    QuantizedNetworks.train(one, 4);
    QuantizedNetworks.train(other, 4);
    assertThat(other.params()).isEqualTo(one.params());
    assertThat(
            ComputationGraphConfiguration.fromJson(one.getConfiguration().toJson()).getVertices())
        .isEqualTo(one.getConfiguration().getVertices());
  }

  @Test
  void convertedNetworkComputesWhatTheTrainedOneDoes() {
    for (ComputationGraph network :
        List.of(residual(), QuantizedNetworks.plain(DataType.FLOAT, QuantizedNetworks.updater()))) {
      SimQat algorithm = new SimQat(8);
      ComputationGraph trained = algorithm.apply(network);
      QuantizedNetworks.train(trained, 20);
      ComputationGraph deployed = QuantizedNetworks.saved(algorithm.convert(trained));
      INDArray images = QuantizedNetworks.data(DataType.FLOAT, 77, 64).getFeatures();
      QuantizedNetworks.assertSameCodes(trained, deployed, images);
    }
  }

  @Test
  void integersOfTheConvertedNetworkAreThoseThatWereTrained() {
    SimQat algorithm = new SimQat(8);
    ComputationGraph trained = algorithm.apply(residual());
    QuantizedNetworks.train(trained, 5);
    ComputationGraph deployed = algorithm.convert(trained);
    QuantizedNetwork integers = QuantizedNetwork.of(deployed);
    assertThat(integers.layers())
        .extracting(QuantizedNetwork.WeightedLayer::name)
        .containsExactly("conv1", "conv2", "conv3", "conv4", "conv5", "linear");
    for (QuantizedNetwork.WeightedLayer layer : integers.layers()) {
      QuantizedLayer before =
          (QuantizedLayer) trained.getVertex(layer.name()).getLayer().getConfig();
      int[] codes = before.integers(trained.getVertex(layer.name()).paramTable(false)).codes();
      int length = codes.length / layer.weights().channels();
      for (int i = 0; i < codes.length; i++) {
        boolean negative =
            layer.name().startsWith("conv")
                && parameter(trained, "bn" + layer.name().charAt(4), "gamma").getDouble(i / length)
                    < 0;
        assertThat(layer.weights().codes()[i]).isEqualTo(negative ? -codes[i] : codes[i]);
      }
      assertThat(layer.input()).isPresent();
      assertThat(layer.biasCodes()).hasSize(layer.weights().channels());
    }
    assertThat(NetworkGraph.of(deployed).contains("bn3")).isFalse();
    assertThat(NetworkGraph.of(deployed).node("conv1").users()).containsExactly("bn1");
    assertThat(integers.packedBytes()).isEqualTo(4 * 18 + 2 * 4 * 36 + 6 * 36 + 6 * 54 + 18);
    assertThat(algorithm.convert(deployed).params()).isEqualTo(deployed.params());
  }

  @Test
  void deadChannelsStayFinite() {
    ComputationGraph network = residual();
    parameter(network, "bn2", "gamma").putScalar(0, 0);
    parameter(network, "conv3", "W").tensorAlongDimension(1, 1, 2, 3).assign(0);
    SimQat algorithm = new SimQat(8);
    ComputationGraph trained = algorithm.apply(network);
    QuantizedNetworks.train(trained, 2);
    INDArray images = QuantizedNetworks.data(DataType.FLOAT, 5, 8).getFeatures();
    assertThat(algorithm.convert(trained).outputSingle(images).isNaN().any()).isFalse();
  }

  @Test
  void quantisedNetworkLearns() {
    ComputationGraph network = residual();
    QuantizedNetworks.train(network, 40);
    SimQat algorithm = new SimQat(SimQatConfiguration.standard(4));
    ComputationGraph trained = algorithm.apply(network);
    QuantizedNetworks.train(trained, 40);
    DataSet test = QuantizedNetworks.data(DataType.FLOAT, 1234, 300);
    assertThat(QuantizedNetworks.accuracy(algorithm.convert(trained), test)).isGreaterThan(0.9);
  }

  @Test
  void weightsOfChannelsScaledApartAreRoundedBetterPerChannel() {
    INDArray weights = Nd4j.rand(DataType.FLOAT, 3, 50).subi(0.5);
    weights.getRow(1).muli(10);
    weights.getRow(2).muli(100);
    double[] values = weights.dup().reshape(-1).toDoubleVector();
    assertThat(error(values, new WeightScheme(8, true, true, true)))
        .isLessThan(0.2 * error(values, new WeightScheme(8, true, true, false)));
  }

  private static double error(double[] values, WeightScheme scheme) {
    double[] rounded =
        new RangeWeights(scheme, 0).integers(new Latent(3, values, Map.of())).values();
    double sum = 0;
    for (int i = 0; i < 50; i++) {
      sum += Math.abs(rounded[i] - values[i]);
    }
    return sum;
  }

  @Test
  void scalingAChannelByAPowerOfTwoScalesItsRoundedWeightsBitForBit() {
    double[] values = Nd4j.rand(DataType.FLOAT, 64).subi(0.5).toDoubleVector();
    double[] scaled = values.clone();
    double[] factors = {0.25, -2, 8, -0.5};
    for (int i = 0; i < 64; i++) {
      scaled[i] *= factors[i / 16];
    }
    RangeWeights weights = new RangeWeights(WeightScheme.standard(8), 0);
    double[] one = weights.integers(new Latent(4, values, Map.of())).values();
    double[] other = weights.integers(new Latent(4, scaled, Map.of())).values();
    for (int i = 0; i < 64; i++) {
      assertThat(other[i]).isEqualTo(one[i] * factors[i / 16]);
    }
  }

  @Test
  void networksThatCannotBeQuantisedAreRefused() {
    SimQat algorithm = new SimQat(8);
    ComputationGraph form = algorithm.apply(residual());
    assertThatThrownBy(() -> algorithm.apply(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot quantise the network: it has quantised layers already (");
    assertThatThrownBy(() -> algorithm.convert(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot convert the network: an activation has no range yet, train first"
                + " (input.codes)");
    assertThatThrownBy(() -> algorithm.convert(residual()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot convert the network: none of its layers is quantised (");
    assertThatThrownBy(() -> QuantizedNetwork.of(form))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read integers: the network is not in deployment form (");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatThrownBy(() -> SimQatConfiguration.standard(9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the number of bits must be from 2 to 8 (9)");
    assertThatThrownBy(() -> STANDARD.withDelays(-1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot configure SimQAT: weightDelay must be at least 0 (-1)");
    assertThatThrownBy(
            () -> STANDARD.withWeights(new WeightScheme(8, true, true, false), Folding.COMMUTING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot configure SimQAT: folding COMMUTING takes symmetric narrow weights");
  }

  @Test
  void identityQuantiserPassesTheGradientCheck() {
    ComputationGraph network = QuantizedNetworks.plain(DataType.DOUBLE, new NoOp());
    SimQatConfiguration never =
        STANDARD
            .withDelays(ObservedSettings.NEVER, ObservedSettings.NEVER)
            .withActivations(CodeRange.unsigned(8), false)
            .withFreezing(0, ObservedSettings.NEVER);
    ComputationGraph form = new SimQat(never).apply(network);
    assertThat(GradientChecks.passes(form)).isTrue();
  }
}
