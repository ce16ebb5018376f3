package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class NetworksTest {
  private final NetworkOptions options =
      NetworkOptions.builder().classes(7).seed(3).l2(1e-4).build();

  @Test
  void namesGiveTheSameNetworksAsBuilders() {
    assertThat(Networks.named("resnet56", options))
        .isEqualTo(CifarResNet.builder(56).classes(7).seed(3).l2(1e-4).build());
    assertThat(Networks.named("resnet50", options))
        .isEqualTo(ImageNetResNet.builder(50).input(32, 32, 3).classes(7).seed(3).l2(1e-4).build());
    assertThat(Networks.named("mobilenetv2", options))
        .isEqualTo(MobileNetV2.builder().input(32, 32, 3).classes(7).seed(3).l2(1e-4).build());
    assertThat(Networks.named("densenet100", options))
        .isEqualTo(DenseNet.builder(100).classes(7).seed(3).l2(1e-4).build());
    assertThat(Networks.named("lenet5", options))
        .isEqualTo(LeNet5.builder().input(32, 32, 3).classes(7).seed(3).l2(1e-4).build());
  }

  @Test
  void everyNameIsKnown() {
    assertThat(Networks.names())
        .containsExactly(
            "lenet5",
            "resnet20",
            "resnet32",
            "resnet44",
            "resnet56",
            "resnet110",
            "resnet18",
            "resnet34",
            "resnet50",
            "resnet101",
            "resnet152",
            "mobilenetv2",
            "densenet100")
        .allSatisfy(
            name -> assertThat(Networks.named(name, options).getNetworkOutputs()).hasSize(1));
  }

  @Test
  void unknownNamesListTheKnownOnes() {
    assertThatThrownBy(() -> Networks.named("vgg16", options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a network: the known networks are lenet5, resnet20, resnet32, resnet44, resnet56, resnet110,"
                + " resnet18, resnet34, resnet50, resnet101, resnet152, mobilenetv2, densenet100 (vgg16)");
  }

  @Test
  void leNet5TakesGreyImagesAndLearns() {
    ComputationGraph graph =
        new ComputationGraph(
            LeNet5.builder().updater(new Adam(0.003)).dataType(DataType.DOUBLE).build());
    graph.init();
    Nd4j.getRandom().setSeed(5);
    DataSet batch =
        new DataSet(
            Nd4j.rand(DataType.DOUBLE, 10, 28, 28, 1), Nd4j.eye(10).castTo(DataType.DOUBLE));
    INDArray output = graph.outputSingle(batch.getFeatures());
    assertThat(output.shape()).containsExactly(10, 10);
    graph.fit(batch);
    double first = graph.score();
    for (int i = 0; i < 6; i++) {
      graph.fit(batch);
    }
    assertThat(graph.score()).isLessThan(first);
  }

  @Test
  void leNet5RefusesTinyImages() {
    assertThatThrownBy(() -> LeNet5.builder().input(11, 40, 3).build())
        .hasMessage("Cannot build a network: LeNet-5 takes images of at least 12x12 pixels (11)");
  }
}
