package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.BatchNorm;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class ControlFactorTest {
  private static final double[][] STACKED = {{2, 6}, {-1, -3}};
  private static final double[][] LABELS = {{1, 0}, {1, 0}};

  /** Control factors and a softmax: the identity head of the first oracle. */
  private static ComputationGraph identityHead(IUpdater updater) {
    ComputationGraph network =
        new ComputationGraph(
            graph()
                .setInputTypes(InputType.feedForward(2))
                .addLayer("factor", new ControlFactor(2, updater, true), "input")
                .addLayer(
                    "loss",
                    new LossLayer.Builder(new RealRowsLoss(new LossMCXENT()))
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "factor")
                .setOutputs("loss")
                .build());
    network.init();
    return network;
  }

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .trainingWorkspaceMode(WorkspaceMode.NONE)
        .inferenceWorkspaceMode(WorkspaceMode.NONE)
        .graphBuilder()
        .addInputs("input");
  }

  private static DataSet oracle() {
    return new DataSet(Nd4j.createFromArray(STACKED), Nd4j.createFromArray(LABELS));
  }

  private static double[] factors(ComputationGraph network) {
    return network.getParam("factor_b").dup().reshape(2).toDoubleVector();
  }

  @Test
  void mixesRealRowsAndPassesKnockoffRows() {
    ComputationGraph network = identityHead(new Sgd(0.1));
    INDArray mixed = network.feedForward(Nd4j.createFromArray(STACKED), true).get("factor");
    assertThat(mixed.toDoubleMatrix()).isDeepEqualTo(new double[][] {{0.5, 1.5}, {-1, -3}});
  }

  @Test
  void gradientAndLossOfTheIdentityHead() {
    ComputationGraph network = identityHead(new Sgd(0.1));
    network.setInputs(oracle().getFeatures());
    network.setLabels(oracle().getLabels());
    network.computeGradientAndScore();
    double[] summed =
        network.gradient().getGradientFor("factor_b").dup().reshape(2).toDoubleVector();
    assertThat(network.score()).isCloseTo(1.313262, within(1e-6));
    assertThat(summed[0] / 2).isCloseTo(-2.193176, within(1e-6));
    assertThat(summed[1] / 2).isCloseTo(6.579527, within(1e-6));
  }

  @Test
  void oneAdamStepMovesByTheLearningRate() {
    ComputationGraph network = identityHead(new Adam(0.004, 0.5, 0.9, 1e-8));
    network.fit(oracle());
    assertThat(factors(network)).containsExactly(new double[] {0.504, 0.496}, within(1e-6));
  }

  @Test
  void oneGradientStepIsProjectedOntoTheUnitInterval() {
    ComputationGraph network = identityHead(new Sgd(0.1));
    network.fit(oracle());
    assertThat(factors(network)).containsExactly(new double[] {0.719318, 0}, within(1e-6));
  }

  @Test
  void withoutProjectionTheFactorLeavesTheInterval() {
    ComputationGraphConfiguration configuration =
        identityHead(new Sgd(0.1)).getConfiguration().clone();
    ComputationGraph network = new ComputationGraph(configuration);
    ((org.deeplearning4j.nn.conf.graph.LayerVertex) configuration.getVertices().get("factor"))
        .getLayerConf()
        .getLayer()
        .setConstraints(null);
    network.init();
    network.fit(oracle());
    assertThat(factors(network)).containsExactly(new double[] {0.719318, -0.157953}, within(1e-6));
  }

  /** Control factors, then one batch normalisation over all rows. */
  private static ComputationGraph normalized() {
    ComputationGraph network =
        new ComputationGraph(
            graph()
                .setInputTypes(InputType.feedForward(1))
                .addLayer("factor", new ControlFactor(1, new Sgd(0.1), true), "input")
                .addLayer("bn", BatchNorm.builder().nIn(1).nOut(1).build(), "factor")
                .addLayer(
                    "loss",
                    new LossLayer.Builder(new WeightedSum())
                        .activation(Activation.IDENTITY)
                        .build(),
                    "bn")
                .setOutputs("loss")
                .build());
    network.init();
    network.setParam("factor_b", Nd4j.createFromArray(new double[][] {{0.75}}));
    return network;
  }

  private static Gradient normalizedGradient(double... weights) {
    ComputationGraph network = normalized();
    network.setInputs(Nd4j.createFromArray(new double[][] {{1}, {3}, {0}, {2}}));
    network.setLabels(Nd4j.createFromArray(weights).reshape(4, 1));
    network.computeGradientAndScore();
    return network.gradient();
  }

  @Test
  void oneBatchNormalisationSeesMixtureAndKnockoffs() {
    INDArray stacked = Nd4j.createFromArray(new double[][] {{1}, {3}, {0}, {2}});
    Map<String, INDArray> activations = normalized().feedForward(stacked, true);
    assertThat(activations.get("factor").reshape(4).toDoubleVector())
        .containsExactly(0.75, 2.75, 0, 2);
    assertThat(activations.get("bn").reshape(4).toDoubleVector())
        .containsExactly(new double[] {-0.585203, 1.287447, -1.287447, 0.585203}, within(1e-6));
  }

  @Test
  void gradientPassesThroughBatchStatistics() {
    double firstHalf = normalizedGradient(1, 2, 0, 0).getGradientFor("factor_b").getDouble(0);
    double all = normalizedGradient(1, 2, 3, 4).getGradientFor("factor_b").getDouble(0);
    double knockoffs = normalizedGradient(0, 0, 3, 4).getGradientFor("factor_b").getDouble(0);
    assertThat(firstHalf).isCloseTo(1.077418, within(1e-6));
    assertThat(all).isCloseTo(-1.949608, within(1e-6));
    assertThat(knockoffs).isCloseTo(-3.027026, within(1e-6));
  }

  @Test
  void runningStatisticsMoveByTheBiasedVariance() {
    Gradient gradient = normalizedGradient(1, 2, 0, 0);
    assertThat(0 - gradient.getGradientFor("bn_mean").getDouble(0)).isCloseTo(0.1375, within(1e-9));
    assertThat(1 - gradient.getGradientFor("bn_var").getDouble(0))
        .isCloseTo(1.0140625, within(1e-9));
  }

  @Test
  void swappingTheHalvesSwapsTheFactorsAndTheGradientsSign() {
    INDArray real = SmallNetworks.normal(DataType.DOUBLE, 1, 2, 3, 3, 4);
    INDArray knockoff = SmallNetworks.normal(DataType.DOUBLE, 2, 2, 3, 3, 4);
    INDArray epsilon = SmallNetworks.normal(DataType.DOUBLE, 3, 4, 3, 3, 4);
    INDArray b = Nd4j.createFromArray(new double[][] {{0.1, 0.4, 0.7, 1}});

    ControlFactorRuntime one = runtime(b);
    INDArray mix = one.activate(Nd4j.concat(0, real, knockoff), true, workspaces());
    INDArray gradient = gradient(one, epsilon);
    ControlFactorRuntime other = runtime(b.rsub(1));
    INDArray swapped = other.activate(Nd4j.concat(0, knockoff, real), true, workspaces());
    INDArray opposite = gradient(other, epsilon);

    assertThat(firstHalf(mix).sub(firstHalf(swapped)).amaxNumber().doubleValue()).isLessThan(1e-12);
    assertThat(gradient.add(opposite).amaxNumber().doubleValue()).isLessThan(1e-12);
    assertThat(gradient.amaxNumber().doubleValue()).isGreaterThan(0.1);
  }

  @Test
  void evaluationPassesAnOddBatchUnchanged() {
    INDArray input = SmallNetworks.normal(DataType.DOUBLE, 1, 5, 3, 3, 4);
    ControlFactorRuntime runtime = runtime(Nd4j.ones(DataType.DOUBLE, 1, 4).mul(0.3));
    assertThat(runtime.activate(input.dup(), false, workspaces())).isEqualTo(input);
  }

  @Test
  void trainingRefusesAnOddBatch() {
    INDArray input = SmallNetworks.normal(DataType.DOUBLE, 1, 5, 3, 3, 4);
    ControlFactorRuntime runtime = runtime(Nd4j.ones(DataType.DOUBLE, 1, 4));
    assertThatThrownBy(() -> runtime.activate(input, true, workspaces()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot mix features with their knockoffs: the number of rows must be even (5)");
  }

  @Test
  void refusesAnotherNumberOfChannels() {
    INDArray input = SmallNetworks.normal(DataType.DOUBLE, 1, 4, 3, 3, 2);
    ControlFactorRuntime runtime = runtime(Nd4j.ones(DataType.DOUBLE, 1, 4));
    assertThatThrownBy(() -> runtime.activate(input, true, workspaces()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot mix features with their knockoffs: there are 4 control factors"
                + " (shape [4, 3, 3, 2])");
  }

  @Test
  void refusesToPropagateWithoutAForwardPassInTraining() {
    ControlFactorRuntime runtime = runtime(Nd4j.ones(DataType.DOUBLE, 1, 4));
    assertThatThrownBy(
            () ->
                runtime.backpropGradient(
                    SmallNetworks.normal(DataType.DOUBLE, 1, 4, 3, 3, 4), workspaces()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("Cannot propagate back through control factors");
  }

  @Test
  void refusesNoChannels() {
    assertThatThrownBy(() -> new ControlFactor(0, new Sgd(0.1), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build control factors: there must be at least one channel (0)");
  }

  private static ControlFactorRuntime runtime(INDArray b) {
    NeuralNetConfiguration configuration = new NeuralNetConfiguration();
    configuration.setLayer(new ControlFactor(b.length(), new Sgd(0.1), true));
    ControlFactorRuntime runtime = new ControlFactorRuntime(configuration, DataType.DOUBLE);
    runtime.setParamTable(
        ControlFactorParameters.INSTANCE.init(configuration, b.dup().reshape(b.length()), false));
    runtime.setBackpropGradientsViewArray(Nd4j.zeros(DataType.DOUBLE, b.length()));
    return runtime;
  }

  private static INDArray gradient(ControlFactorRuntime runtime, INDArray epsilon) {
    return runtime
        .backpropGradient(epsilon, workspaces())
        .getFirst()
        .getGradientFor(ControlFactor.FACTOR);
  }

  private static INDArray firstHalf(INDArray array) {
    return array.get(
        org.nd4j.linalg.indexing.NDArrayIndex.interval(0, array.size(0) / 2),
        org.nd4j.linalg.indexing.NDArrayIndex.all());
  }

  private static LayerWorkspaceMgr workspaces() {
    return LayerWorkspaceMgr.noWorkspaces();
  }
}
