package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class BatchNormTest {
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void statisticsAreThoseOfTheLastTrainingBatch(DataType type) {
    LayerRun run = new LayerRun(BatchNorm.builder().nIn(3).nOut(3).build(), type);
    BatchNormRuntime norm = (BatchNormRuntime) run.layer();
    assertThat(norm.batchMean()).isNull();
    INDArray first = Graphs.normal(type, 1, 4, 5, 5, 3);
    run.forward(first, true);
    run.forward(Graphs.normal(type, 2, 4, 5, 5, 3).addi(7), false);
    assertClose(norm.batchMean(), first.mean(0, 1, 2));
    assertClose(norm.batchVariance(), first.var(false, 0, 1, 2));
    assertThat(norm.batchMean().shape()).containsExactly(1, 3);
    run.forward(Graphs.normal(type, 2, 6, 5, 5, 3).addi(7), true);
    assertThat(norm.batchMean().meanNumber().doubleValue()).isCloseTo(7, offset(0.5));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void runningStatisticsKeepDecayOfThemselves(DataType type) {
    ComputationGraph network = frozenAfterFirst(type);
    DataSet data = Graphs.data(type, 1, 6, 5, 5, 3);
    network.fit(data);
    BatchNormRuntime norm = (BatchNormRuntime) network.getLayer("bn");
    assertClose(network.getParam("bn_mean"), norm.batchMean().mul(0.1));
    assertClose(network.getParam("bn_var"), norm.batchVariance().mul(0.1).addi(0.9));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void frozenLayersKeepTheirWeightsAndPassTheGradient(DataType type) {
    ComputationGraph network = frozenAfterFirst(type);
    INDArray convolution = network.getParam("conv2_W").dup();
    INDArray gamma = network.getParam("bn_gamma").dup();
    INDArray first = network.getParam("conv1_W").dup();
    INDArray dense = network.getParam("dense_W").dup();
    for (int i = 0; i < 3; i++) {
      network.fit(Graphs.data(type, i, 6, 5, 5, 3));
    }
    assertThat(network.getParam("conv2_W")).isEqualTo(convolution);
    assertThat(network.getParam("bn_gamma")).isEqualTo(gamma);
    assertThat(network.getParam("dense_W")).isEqualTo(dense);
    assertThat(network.getParam("conv1_W")).isNotEqualTo(first);
    assertThat(network.getParam("bn_mean").amaxNumber().doubleValue()).isPositive();
  }

  @Test
  void regularisationIsOfGammaAndBetaOnly() {
    BatchNorm norm = BatchNorm.builder().nIn(3).nOut(3).l2(0.1).build();
    assertThat(norm.getRegularizationByParam("gamma")).hasSize(1);
    assertThat(norm.getRegularizationByParam("beta")).hasSize(1);
    assertThat(norm.getRegularizationByParam("mean")).isNull();
    assertThat(norm.getRegularizationByParam("var")).isNull();
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> BatchNorm.builder().eps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build batch normalisation: eps must be above 0 (0.0)");
    assertThatThrownBy(() -> BatchNorm.builder().decay(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build batch normalisation: decay must be from 0 to 1 (1.5)");
  }

  /** conv1 learns; what follows up to the output is frozen. */
  private static ComputationGraph frozenAfterFirst(DataType type) {
    ComputationGraph network =
        new ComputationGraph(
            Graphs.start(type, new Sgd(0.1), 0.01, 5, 5, 3)
                .addLayer("conv1", Convolution.builder(3, 3).nOut(4).padding(1).build(), "input")
                .addLayer(
                    "conv2",
                    Convolution.builder(3, 3)
                        .nOut(4)
                        .padding(1)
                        .hasBias(true)
                        .updater(Frozen.updater())
                        .build(),
                    "conv1")
                .addLayer(
                    "bn", BatchNorm.builder().relu(true).updater(Frozen.updater()).build(), "conv2")
                .addLayer("pool", GlobalAveragePooling.builder().build(), "bn")
                .addLayer(
                    "dense", Dense.builder().nOut(4).updater(Frozen.updater()).build(), "pool")
                .addLayer("output", Output.builder().nOut(Graphs.CLASSES).build(), "dense")
                .setOutputs("output")
                .build());
    network.init();
    return network;
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    INDArray difference =
        actual.castTo(DataType.DOUBLE).ravel().sub(expected.castTo(DataType.DOUBLE).ravel());
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
  }
}
