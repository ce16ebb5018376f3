package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.PaddedShortcut;
import org.espalier.weights.PyTorchWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

class CifarResNetTest {
  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 32, 44, 56, 110})
  void everyDepthHasAsManyWeightLayersAsItsName(int depth) {
    ComputationGraphConfiguration configuration = CifarResNet.builder(depth).build();
    long convolutions =
        configuration.getVertices().keySet().stream()
            .filter(name -> name.matches("(.*\\.)?conv\\d"))
            .count();
    assertThat(convolutions).isEqualTo(depth - 1);
  }

  @Test
  void modulesAreNamedAsInThePyTorchNetwork() {
    Map<String, ?> state = PyTorchWeights.save(initialised(CifarResNet.builder(20).build()));
    assertThat(state.keySet())
        .hasSize(97)
        .contains(
            "conv1.weight",
            "bn1.running_var",
            "layer1.0.conv1.weight",
            "layer3.2.bn2.bias",
            "linear.weight");
  }

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void configurationsSurviveJson(Shortcut shortcut) {
    ComputationGraphConfiguration configuration =
        CifarResNet.builder(20).shortcut(shortcut).l2(1e-4).build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration)
        .extracting(ComputationGraphConfiguration::toJson)
        .isEqualTo(configuration.toJson());
  }

  @Test
  void identityShortcutsPadAQuarterOfTheChannelsOnEachSide() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).build());
    PaddedShortcut shortcut =
        (PaddedShortcut) graph.getLayer("layer3.0.shortcut").conf().getLayer();
    assertThat(List.of(shortcut.stride(), shortcut.before(), shortcut.after()))
        .containsExactly(2, 16, 16);
    assertThat(graph.getVertex("layer2.1.shortcut")).isNull();
  }

  @Test
  void convolutionShortcutsAreOneByOneWithoutBias() {
    ComputationGraph graph =
        initialised(CifarResNet.builder(20).shortcut(Shortcut.CONVOLUTION).build());
    assertThat(graph.getLayer("layer2.0.shortcut").paramTable()).containsOnlyKeys("W");
    assertThat(graph.getLayer("layer2.0.shortcut").getParam("W").shape())
        .containsExactly(32, 16, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void aNetworkGivesProbabilitiesAndLearns(Shortcut shortcut) {
    ComputationGraph graph =
        initialised(
            CifarResNet.builder(20)
                .shortcut(shortcut)
                .classes(3)
                .input(8, 8, 1)
                .updater(new Adam(0.01))
                .dataType(DataType.DOUBLE)
                .build());
    Nd4j.getRandom().setSeed(5);
    DataSet batch =
        new DataSet(Nd4j.rand(DataType.DOUBLE, 3, 8, 8, 1), Nd4j.eye(3).castTo(DataType.DOUBLE));
    INDArray output = graph.outputSingle(batch.getFeatures());
    assertThat(output.shape()).containsExactly(3, 3);
    assertThat(output.sum(1).toDoubleVector()).containsOnly(new double[] {1, 1, 1}, within(1e-9));
    graph.fit(batch);
    double first = graph.score();
    for (int i = 0; i < 3; i++) {
      graph.fit(batch);
    }
    assertThat(graph.score()).isLessThan(first);
  }

  @Test
  void weightDecayAndUpdaterReachEveryTrainableParameterAndNoRunningStatistic() {
    IUpdater updater = new Adam(0.003);
    ComputationGraph graph = initialised(CifarResNet.builder(20).l2(5e-4).updater(updater).build());
    for (org.deeplearning4j.nn.api.Layer layer : graph.getLayers()) {
      for (String parameter : layer.paramTable().keySet()) {
        BaseLayer configuration = (BaseLayer) layer.conf().getLayer();
        List<Regularization> decay = configuration.getRegularizationByParam(parameter);
        if (List.of("mean", "var").contains(parameter)) {
          assertThat(decay).isNullOrEmpty();
          assertThat(configuration.getUpdaterByParam(parameter)).isInstanceOf(NoOp.class);
        } else {
          assertThat(decay).as(parameter).containsExactly(new L2Regularization(5e-4));
          assertThat(configuration.getUpdaterByParam(parameter)).isEqualTo(updater);
        }
      }
    }
  }

  @Test
  void seedsDecideTheInitialWeights() {
    INDArray one = initialised(CifarResNet.builder(20).seed(1).build()).params();
    assertThat(initialised(CifarResNet.builder(20).seed(1).build()).params()).isEqualTo(one);
    assertThat(initialised(CifarResNet.builder(20).seed(2).build()).params()).isNotEqualTo(one);
  }

  @Test
  void weightsStartNormalWithVarianceTwoOverFanIn() {
    ComputationGraph graph = initialised(CifarResNet.builder(20).seed(1).build());
    INDArray weights = graph.getLayer("layer3.1.conv1").getParam("W");
    assertThat(weights.stdNumber().doubleValue())
        .isCloseTo(Math.sqrt(2.0 / (64 * 9)), within(0.0006));
    INDArray linear = graph.getLayer("linear").getParam("W");
    assertThat(linear.stdNumber().doubleValue()).isCloseTo(Math.sqrt(2.0 / 64), within(0.015));
  }

  @Test
  void theTypeOfTheNumbersIsChosen() {
    assertThat(initialised(CifarResNet.builder(20).build()).params().dataType())
        .isEqualTo(DataType.FLOAT);
    assertThat(
            initialised(CifarResNet.builder(20).dataType(DataType.DOUBLE).build())
                .params()
                .dataType())
        .isEqualTo(DataType.DOUBLE);
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> CifarResNet.builder(18))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a network: the depth of a CIFAR ResNet must be one of [20, 32, 44, 56, 110] (18)");
    assertThatThrownBy(() -> CifarResNet.builder(20).classes(1))
        .hasMessage("Cannot build a network: classes must be at least 2 (1)");
    assertThatThrownBy(() -> CifarResNet.builder(20).l2(-1))
        .hasMessage("Cannot build a network: l2 must be a number from 0 on (-1.0)");
    assertThatThrownBy(() -> CifarResNet.builder(20).l2(Double.NaN))
        .hasMessage("Cannot build a network: l2 must be a number from 0 on (NaN)");
    assertThatThrownBy(() -> CifarResNet.builder(20).input(32, 0, 3))
        .hasMessage("Cannot build a network: the images' width must be at least 1 (0)");
    assertThatThrownBy(() -> CifarResNet.builder(20).dataType(DataType.INT32))
        .hasMessage("Cannot build a network: the data type must be FLOAT or DOUBLE (INT)");
    assertThatThrownBy(() -> CifarResNet.builder(20).updater(null))
        .hasMessage("Cannot build a network: an updater is needed (null)");
  }

  @Test
  void seedZeroIsASeedLikeAnyOther() {
    ComputationGraph first = new ComputationGraph(CifarResNet.builder(20).seed(0).build());
    ComputationGraph second = new ComputationGraph(CifarResNet.builder(20).seed(0).build());
    first.init();
    second.init();

    assertThat(second.params()).isEqualTo(first.params());
  }
}
