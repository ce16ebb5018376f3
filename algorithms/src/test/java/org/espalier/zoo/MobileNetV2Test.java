package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class MobileNetV2Test {
  private static final InputType IMAGENET = InputType.convolutional(224, 224, 3, CNN2DFormat.NHWC);
  private static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  /** Parameters as torchvision counts them. */
  @ParameterizedTest
  @CsvSource({"1.0, 3504872", "0.5, 1968680", "0.75, 2636424", "1.4, 6108776"})
  void parametersAreThePublishedOnes(double width, long parameters) {
    ComputationGraph graph = initialised(MobileNetV2.builder().widthMultiplier(width).build());
    assertThat(Cost.of(graph, IMAGENET).parameters()).isEqualTo(parameters);
  }

  @Test
  void costsThePublishedMultiplyAccumulates() {
    ComputationGraph graph = initialised(MobileNetV2.builder().build());
    assertThat(Cost.of(graph, IMAGENET).macs()).isEqualTo(300_774_272);
  }

  @Test
  void mapsAreHalvedAsTheStridesSay() {
    var imagenet = MobileNetV2.builder().build().getLayerActivationTypes(true, false, IMAGENET);
    assertThat(imagenet)
        .containsEntry("features.0.2", InputType.convolutional(112, 112, 32, CNN2DFormat.NHWC))
        .containsEntry("features.3.add", InputType.convolutional(56, 56, 24, CNN2DFormat.NHWC))
        .containsEntry("features.18.2", InputType.convolutional(7, 7, 1280, CNN2DFormat.NHWC));
    ComputationGraphConfiguration small = MobileNetV2.builder().input(32, 32, 3).build();
    assertThat(small.getLayerActivationTypes(true, false, CIFAR))
        .containsEntry("features.0.2", InputType.convolutional(32, 32, 32, CNN2DFormat.NHWC))
        .containsEntry("features.3.add", InputType.convolutional(32, 32, 24, CNN2DFormat.NHWC))
        .containsEntry("features.18.2", InputType.convolutional(4, 4, 1280, CNN2DFormat.NHWC));
    assertThat(small)
        .isEqualTo(
            MobileNetV2.builder().input(32, 32, 3).strides(MobileNetV2.Strides.CIFAR).build())
        .isNotEqualTo(
            MobileNetV2.builder().input(32, 32, 3).strides(MobileNetV2.Strides.IMAGENET).build());
  }

  @Test
  void inputsAreAddedWhereTheShapeStays() {
    ComputationGraphConfiguration configuration = MobileNetV2.builder().build();
    assertThat(configuration.getVertices().keySet().stream().filter(name -> name.endsWith(".add")))
        .containsExactlyInAnyOrder(
            "features.3.add",
            "features.5.add",
            "features.6.add",
            "features.8.add",
            "features.9.add",
            "features.10.add",
            "features.12.add",
            "features.13.add",
            "features.15.add",
            "features.16.add");
    assertThat(configuration.getVertexInputs().get("features.3.add"))
        .containsExactly("features.2.conv.3", "features.3.conv.3");
    assertThat(configuration.getVertexInputs().get("features.1.conv.0.0"))
        .containsExactly("features.0.2");
  }

  @Test
  void configurationsSurviveJson() {
    ComputationGraphConfiguration configuration = MobileNetV2.builder().l2(1e-4).build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
  }

  @Test
  void learns() {
    ComputationGraph graph =
        initialised(
            MobileNetV2.builder()
                .input(16, 16, 3)
                .classes(4)
                .widthMultiplier(0.25)
                .updater(new Adam(0.002))
                .dataType(DataType.DOUBLE)
                .build());
    Nd4j.getRandom().setSeed(5);
    INDArray labels = Nd4j.eye(4).castTo(DataType.DOUBLE);
    DataSet batch = new DataSet(Nd4j.rand(DataType.DOUBLE, 4, 16, 16, 3), labels);
    graph.fit(batch);
    double first = graph.score();
    for (int i = 0; i < 6; i++) {
      graph.fit(batch);
    }
    assertThat(graph.score()).isLessThan(first);
  }

  @Test
  void refusesAWidthThatIsNone() {
    assertThatThrownBy(() -> MobileNetV2.builder().widthMultiplier(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build a network: the width multiplier must be above 0 (0.0)");
  }
}
