package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.prune.channel.ChannelPruner;
import org.espalier.prune.channel.ChannelPruning;
import org.espalier.prune.channel.Importances;
import org.espalier.prune.channel.Ranking;
import org.espalier.prune.channel.Target;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Gradients of compiled networks against the stock layers in double precision. */
class FusedGradientTest {
  private static final double TOLERANCE = 5e-5;

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfSmallNetworksAgree(SmallNetwork network) {
    ComputationGraph exact = network.initialised(DataType.DOUBLE);
    ComputationGraph fast = network.initialised(DataType.FLOAT);
    try (FusedTraining training = Training.of(fast, 2)) {
      for (int batch : new int[] {6, 7}) {
        DataSet data = SmallNetwork.data(DataType.DOUBLE, batch, batch);
        assertGradientsAgree(exact, fast, training, data, TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void gradientsOfCifarResNetsAgree(Shortcut shortcut) {
    CifarResNet.Builder builder =
        CifarResNet.builder(20).input(16, 24, 3).classes(5).seed(1).shortcut(shortcut);
    assertDeepGradientsAgree(
        builder.dataType(DataType.DOUBLE).build(),
        builder.dataType(DataType.FLOAT).build(),
        SmallNetwork.data(DataType.DOUBLE, 5, 6, 16, 24, 5));
  }

  /** Pruned layers have any number of channels, and this many images more than one part. */
  @Test
  void gradientsOfSlimResNetsAgree() {
    ComputationGraph network =
        new ComputationGraph(CifarResNet.builder(20).input(32, 32, 3).classes(5).seed(1).build());
    network.init();
    ChannelPruning settings = ChannelPruning.of(Importances.random(1), Target.channels(0.4));
    InputType images = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);
    ComputationGraph slim =
        new ChannelPruner(settings.with(Ranking.GLOBAL), images).convert(network);
    assertDeepGradientsAgree(
        slim.convertDataType(DataType.DOUBLE).getConfiguration(),
        slim.getConfiguration(),
        SmallNetwork.data(DataType.DOUBLE, 5, 40, 32, 32, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {18, 50})
  void gradientsOfImageNetResNetsAgree(int depth) {
    ImageNetResNet.Builder builder = ImageNetResNet.builder(depth).classes(4).input(64, 64, 3);
    assertDeepGradientsAgree(
        builder.dataType(DataType.DOUBLE).build(),
        builder.dataType(DataType.FLOAT).build(),
        SmallNetwork.data(DataType.DOUBLE, 5, 4, 64, 64, 4));
  }

  @Test
  void gradientsOfLeNetAgree() {
    LeNet5.Builder builder = LeNet5.builder().input(32, 32, 3).classes(5);
    assertDeepGradientsAgree(
        builder.dataType(DataType.DOUBLE).build(),
        builder.dataType(DataType.FLOAT).build(),
        SmallNetwork.data(DataType.DOUBLE, 5, 6, 32, 32, 5));
  }

  private static void assertDeepGradientsAgree(
      ComputationGraphConfiguration inDouble, ComputationGraphConfiguration inFloat, DataSet data) {
    ComputationGraph exact = new ComputationGraph(inDouble);
    exact.init();
    Parameters.keepActivationsOffZero(exact);
    ComputationGraph fast = Parameters.copy(exact, inFloat);
    try (FusedTraining training = Training.of(fast, data, 2)) {
      assertGradientsAgree(exact, fast, training, data, 1e-4);
    }
  }

  private static void assertGradientsAgree(
      ComputationGraph exact,
      ComputationGraph fast,
      FusedTraining training,
      DataSet data,
      double tolerance) {
    Parameters.computeGradient(exact, data);
    training.computeGradientAndScore(
        data.getFeatures().castTo(DataType.FLOAT), data.getLabels().castTo(DataType.FLOAT));
    assertThat(fast.score()).isCloseTo(exact.score(), within(1e-5 * exact.score()));
    Parameters.assertClose(
        fast, fast.getGradientsViewArray(), exact.getGradientsViewArray(), tolerance);
  }
}
