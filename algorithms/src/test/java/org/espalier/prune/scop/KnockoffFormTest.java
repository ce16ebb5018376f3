package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class KnockoffFormTest {
  private static final Scop SCOP = new Scop(ScopConfiguration.official(0.45, 1));

  private static ComputationGraph network(String kind, DataType type) {
    return kind.equals("basic") ? SmallNetworks.basic(type, 7) : SmallNetworks.bottleneck(type, 7);
  }

  private static ComputationGraph training(String kind, DataType type) {
    return SCOP.apply(network(kind, type));
  }

  private static void setFactors(ComputationGraph network, double value) {
    SmallNetworks.units(network)
        .forEach(unit -> SmallNetworks.factors(network, unit).assign(value));
  }

  private static void randomizeFactors(ComputationGraph network, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (PrunableUnit unit : SmallNetworks.units(network)) {
      INDArray factors = SmallNetworks.factors(network, unit);
      for (int c = 0; c < factors.length(); c++) {
        factors.putScalar(c, random.nextDouble());
      }
    }
  }

  private static INDArray half(INDArray array, int half) {
    long n = array.size(0) / 2;
    return array.get(NDArrayIndex.interval(half * n, (half + 1) * n), NDArrayIndex.all()).dup();
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  @Test
  void factorsStandBehindEveryConvolutionInsideBlocksAndNowhereElse() {
    assertThat(SmallNetworks.units(training("basic", DataType.FLOAT)))
        .extracting(PrunableUnit::convolution)
        .containsExactly(
            "layer1.0.conv1",
            "layer1.0.conv2",
            "layer2.0.conv1",
            "layer2.0.conv2",
            "layer3.0.conv1",
            "layer3.0.conv2");
    ComputationGraphConfiguration bottleneck =
        training("bottleneck", DataType.FLOAT).getConfiguration();
    assertThat(bottleneck.getVertices().keySet().stream().filter(name -> name.endsWith(".factor")))
        .containsExactlyInAnyOrder(
            "layer1.0.conv1.factor",
            "layer1.0.conv2.factor",
            "layer1.0.conv3.factor",
            "layer1.1.conv1.factor",
            "layer1.1.conv2.factor",
            "layer1.1.conv3.factor");
    assertThat(bottleneck.getVertexInputs().get("layer1.0.bn2"))
        .containsExactly("layer1.0.conv2.factor");
    assertThat(bottleneck.getVertexInputs().get("layer1.0.shortcut")).containsExactly("bn1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck"})
  void evaluationIsThatOfTheOriginalBitForBitWhateverTheFactors(String kind) {
    ComputationGraph original = network(kind, DataType.FLOAT);
    ComputationGraph training = SCOP.apply(original);
    randomizeFactors(training, 3);
    INDArray images = SmallNetworks.images(DataType.FLOAT, 5, 1);
    assertThat(training.outputSingle(images)).isEqualTo(original.outputSingle(images));
  }

  @Test
  void applyLeavesTheNetworkAlone() {
    ComputationGraph original = network("basic", DataType.FLOAT);
    INDArray before = original.params().dup();
    String json = original.getConfiguration().toJson();
    SCOP.apply(original).fit(SmallNetworks.data(DataType.FLOAT, 8, 1));
    assertThat(original.params()).isEqualTo(before);
    assertThat(original.getConfiguration().toJson()).isEqualTo(json);
  }

  @Test
  void aKnockoffThatIsTheImageItselfTeachesNothing() {
    ComputationGraph training = training("basic", DataType.DOUBLE);
    INDArray images = SmallNetworks.images(DataType.DOUBLE, 4, 1);
    INDArray stacked = Nd4j.concat(0, images, images);
    INDArray half = training.output(true, stacked)[0].dup();
    randomizeFactors(training, 5);
    INDArray other = training.output(true, stacked)[0];
    assertThat(distance(half, other)).isLessThan(1e-12);

    setFactors(training, 0.5);
    DataSet data = new DataSet(stacked, SmallNetworks.data(DataType.DOUBLE, 8, 1).getLabels());
    training.fit(data);
    training.fit(data);
    for (PrunedLayer layer : SCOP.select(training)) {
      assertThat(layer.factors()).containsOnly(0.5);
      assertThat(layer.scores()).containsOnly(0.0);
    }
  }

  @Test
  void factorsOfOneLeaveBothHalvesAsTheOriginalHasThem() {
    ComputationGraph original = network("bottleneck", DataType.DOUBLE);
    ComputationGraph training = SCOP.apply(original);
    setFactors(training, 1);
    INDArray stacked = SmallNetworks.images(DataType.DOUBLE, 6, 1);
    INDArray output = Walk.factorsInTraining(training, stacked).get("linear");
    assertThat(distance(output, original.outputSingle(stacked))).isLessThan(1e-12);
  }

  @Test
  void factorsOfZeroMakeTheHalvesOfABranchEqualButNotThoseOfTheNetwork() {
    ComputationGraph training = training("basic", DataType.DOUBLE);
    setFactors(training, 0);
    INDArray stacked = SmallNetworks.images(DataType.DOUBLE, 6, 1);
    Map<String, INDArray> activations = Walk.factorsInTraining(training, stacked);
    for (String name : List.of("layer1.0.bn1", "layer1.0.conv2.factor", "layer1.0.bn2")) {
      assertThat(half(activations.get(name), 0)).isEqualTo(half(activations.get(name), 1));
    }
    INDArray output = activations.get("linear");
    assertThat(distance(half(output, 0), half(output, 1))).isGreaterThan(1e-3);
  }

  @Test
  void theKnockoffHalfDependsOnTheFactorsThroughBatchStatisticsOnly() {
    ComputationGraph training = training("basic", DataType.DOUBLE);
    INDArray stacked = SmallNetworks.images(DataType.DOUBLE, 6, 1);
    INDArray running = half(Walk.factorsInTraining(training, stacked).get("linear"), 1);
    INDArray batch = half(Walk.forward(training, stacked, name -> true).get("linear"), 1);
    randomizeFactors(training, 5);
    assertThat(half(Walk.factorsInTraining(training, stacked).get("linear"), 1)).isEqualTo(running);
    assertThat(
            distance(half(Walk.forward(training, stacked, name -> true).get("linear"), 1), batch))
        .isGreaterThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck"})
  void gradientsAgreeWithFiniteDifferencesAtEveryDepth(String kind) {
    ComputationGraph training = training(kind, DataType.DOUBLE);
    randomizeFactors(training, 11);
    DataSet data = SmallNetworks.data(DataType.DOUBLE, 8, 2);
    training.setInputs(data.getFeatures());
    training.setLabels(data.getLabels());
    training.computeGradientAndScore();
    INDArray gradients = training.gradient().gradient().dup();
    for (PrunableUnit unit : SmallNetworks.units(training)) {
      INDArray factors = SmallNetworks.factors(training, unit);
      double analytic = training.gradient().getGradientFor(unit.factor() + "_b").getDouble(1) / 8;
      double numeric = difference(training, data, factors);
      assertThat(numeric)
          .as(unit.factor())
          .isCloseTo(analytic, within(1e-6 * Math.abs(analytic) + 1e-10));
      assertThat(Math.abs(analytic)).isGreaterThan(1e-6);
    }
    assertThat(training.gradient().gradient()).isEqualTo(gradients);
  }

  private static double difference(ComputationGraph network, DataSet data, INDArray factors) {
    double step = 1e-6;
    double at = factors.getDouble(1);
    factors.putScalar(1, at + step);
    double above = network.score(data, true);
    factors.putScalar(1, at - step);
    double below = network.score(data, true);
    factors.putScalar(1, at);
    return (above - below) / (2 * step);
  }

  /** Deeplearning4j's wrapper freezes to running statistics but differentiates batch statistics. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deeplearning4jsFrozenBatchNormalisationGivesAWrongGradient(boolean wrapped) {
    BatchNormalization normalization =
        new BatchNormalization.Builder()
            .nIn(3)
            .nOut(3)
            .useLogStd(false)
            .dataFormat(CNN2DFormat.NHWC)
            .build();
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.0))
                .trainingWorkspaceMode(WorkspaceMode.NONE)
                .graphBuilder()
                .addInputs("input")
                .addLayer("conv", Convolution.builder(1, 1).nIn(3).nOut(3).build(), "input")
                .addLayer("conv.factor", new ControlFactor(3, new Sgd(0.1), true), "conv")
                .addLayer(
                    "bn",
                    wrapped ? new FrozenLayerWithBackprop(normalization) : normalization,
                    "conv.factor")
                .addLayer("pool", new GlobalAveragePooling(), "bn")
                .addLayer(
                    "linear", Output.builder().nIn(3).nOut(SmallNetworks.CLASSES).build(), "pool")
                .setOutputs("linear")
                .build());
    network.init();
    DataSet data = SmallNetworks.data(DataType.DOUBLE, 8, 2);
    network.setInputs(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    double analytic = network.gradient().getGradientFor("conv.factor_b").getDouble(1) / 8;
    double numeric =
        difference(network, data, network.getVertex("conv.factor").paramTable(false).get("b"));
    double error = Math.abs(analytic - numeric) / Math.abs(numeric);
    if (wrapped) {
      assertThat(error).isGreaterThan(1e-2);
    } else {
      assertThat(error).isLessThan(1e-6);
    }
  }

  @Test
  void trainingChangesFactorsAndRunningStatisticsOnly() {
    ComputationGraph original = network("bottleneck", DataType.FLOAT);
    ComputationGraph training = SCOP.apply(original);
    for (int step = 0; step < 3; step++) {
      training.fit(SmallNetworks.data(DataType.FLOAT, 8, step));
    }
    for (String vertex : original.getConfiguration().getVertices().keySet()) {
      original
          .getVertex(vertex)
          .paramTable(false)
          .forEach(
              (name, before) -> {
                INDArray after = training.getVertex(vertex).paramTable(false).get(name);
                if (name.equals("mean") || name.equals("var")) {
                  assertThat(after).as(vertex + " " + name).isNotEqualTo(before);
                } else {
                  assertThat(after).as(vertex + " " + name).isEqualTo(before);
                }
              });
    }
    for (PrunableUnit unit : SmallNetworks.units(training)) {
      assertThat(distance(SmallNetworks.factors(training, unit), Nd4j.scalar(0.5f)))
          .isGreaterThan(1e-4);
    }
  }

  @Test
  void factorsStayInTheUnitIntervalAfterEveryStep() {
    Scop hasty = new Scop(ScopConfiguration.official(0.45, 1).withLearningRate(0.3));
    ComputationGraph training = hasty.apply(network("basic", DataType.FLOAT));
    boolean reached = false;
    for (int step = 0; step < 6; step++) {
      training.fit(SmallNetworks.data(DataType.FLOAT, 8, step));
      for (PrunableUnit unit : SmallNetworks.units(training)) {
        INDArray factors = SmallNetworks.factors(training, unit);
        assertThat(factors.minNumber().doubleValue()).isBetween(0.0, 1.0);
        assertThat(factors.maxNumber().doubleValue()).isBetween(0.0, 1.0);
        reached |= factors.maxNumber().doubleValue() == 1 || factors.minNumber().doubleValue() == 0;
      }
    }
    assertThat(reached).isTrue();
  }

  @Test
  void goldenSticksVariantTakesEveryRowAndDoesNotProject() {
    Scop variant = new Scop(ScopConfiguration.goldenStick(0.45, 1).withLearningRate(50));
    ComputationGraph training = variant.apply(network("basic", DataType.FLOAT));
    assertThat(variant.loss(new LossMCXENT())).isEqualTo(new LossMCXENT());
    double furthest = 0;
    for (int step = 0; step < 4; step++) {
      training.fit(SmallNetworks.data(DataType.FLOAT, 8, step));
      for (PrunableUnit unit : SmallNetworks.units(training)) {
        furthest =
            Math.max(furthest, distance(SmallNetworks.factors(training, unit), Nd4j.scalar(0.5f)));
      }
    }
    assertThat(furthest).isGreaterThan(0.5);
  }

  @Test
  void theSameStepsGiveTheSameSelection() {
    ComputationGraph one = training("basic", DataType.FLOAT);
    ComputationGraph two = training("basic", DataType.FLOAT);
    for (int step = 0; step < 3; step++) {
      one.fit(SmallNetworks.data(DataType.FLOAT, 8, step));
      two.fit(SmallNetworks.data(DataType.FLOAT, 8, step));
    }
    assertThat(PrunedLayer.selection(SCOP.select(one)))
        .isEqualTo(PrunedLayer.selection(SCOP.select(two)));
  }

  @Test
  void theTrainingFormSurvivesSavingAndIsConvertedAfterwards() throws IOException {
    ComputationGraph training = training("bottleneck", DataType.FLOAT);
    training.fit(SmallNetworks.data(DataType.FLOAT, 8, 1));
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(training, file, true);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(file.toByteArray()), true);
    assertThat(restored.getConfiguration()).isEqualTo(training.getConfiguration());

    DataSet data = SmallNetworks.data(DataType.FLOAT, 8, 2);
    training.fit(data.copy());
    restored.fit(data.copy());
    assertThat(restored.params()).isEqualTo(training.params());

    ComputationGraph slim = SCOP.convert(restored);
    INDArray images = SmallNetworks.images(DataType.FLOAT, 4, 3);
    assertThat(slim.outputSingle(images)).isEqualTo(SCOP.convert(training).outputSingle(images));
    BaseLayer convolution = (BaseLayer) slim.getLayer("layer1.0.conv1").conf().getLayer();
    assertThat(convolution.getIUpdater()).isEqualTo(new Nesterovs(0.01, 0.9));
    assertThat(convolution.getRegularization()).hasSize(1);
    assertThat(((BaseOutputLayer) slim.getLayer("linear").conf().getLayer()).getLossFn())
        .isEqualTo(new LossMCXENT());
  }

  @Test
  void onlyFactorsAndRunningStatisticsTravelBetweenWorkers() {
    ComputationGraph training = training("basic", DataType.FLOAT);
    assertThat(ParameterLayout.of(training).movingRanges())
        .allSatisfy(
            range ->
                assertThat(range.kind())
                    .isEqualTo(
                        range.name().endsWith("_b")
                            ? ParameterClass.UNIT_INTERVAL
                            : range.name().endsWith("_mean")
                                ? ParameterClass.MEAN
                                : ParameterClass.POOLED_VARIANCE))
        .hasSize(6 + 2 * 7);
    assertThat(ParameterLayout.of(SCOP.convert(training)).movingRanges())
        .hasSameSizeAs(ParameterLayout.of(SCOP.convert(training)).ranges());
  }

  @Test
  void refusesANetworkWithoutResidualBlocks() {
    ComputationGraph plain =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(8, 8, 3, CNN2DFormat.NHWC))
                .addLayer("conv", Convolution.builder(3, 3).nOut(4).build(), "input")
                .addLayer("bn", BatchNorm.builder().build(), "conv")
                .addLayer("pool", new GlobalAveragePooling(), "bn")
                .addLayer("linear", Output.builder().nOut(3).build(), "pool")
                .setOutputs("linear")
                .build());
    plain.init();
    assertThatThrownBy(() -> SCOP.apply(plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot prune this network: it has no residual block of NHWC convolutions, each"
                + " followed by batch normalisation (4 vertices)");
  }

  @Test
  void refusesToApplyTwice() {
    ComputationGraph training = training("basic", DataType.FLOAT);
    assertThatThrownBy(() -> SCOP.apply(training))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot add control factors to layer1.0.conv1: it has them already");
  }

  @Test
  void refusesToScoreWithoutFactors() {
    ComputationGraph original = network("basic", DataType.FLOAT);
    assertThatThrownBy(() -> SCOP.select(original))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot score the channels of layer1.0.conv1: it has no control factors; apply SCOP"
                + " first");
  }
}
