package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.DenseNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.MobileNetV2;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Every convolution that a batch normalisation follows takes it in, in every network of a zoo. */
class ZooFoldingTest {
  private static final double TOLERANCE = 1e-4;

  /** Where nothing folds there is no batch normalisation, or a ReLU stands before each. */
  @ParameterizedTest
  @CsvSource({
    "LeNet, 28, 0", "SimpleCNN, 48, 9", "SqueezeNet, 64, 0", "ResNet50, 96, 53", "AlexNet, 128, 0",
    "VGG16, 32, 0", "VGG19, 32, 0", "UNet, 64, 0", "Darknet19, 64, 18", "TinyYOLO, 64, 8",
    "YOLO2, 64, 22", "Xception, 96, 0", "InceptionResNetV1, 128, 0", "FaceNetNN4Small2, 96, 37"
  })
  @Tag("slow")
  void networksOfDeeplearning4jCompute(String name, int side, int folded) {
    ComputationGraph network = ZooNetworks.named(name, side);
    long channels = name.equals("LeNet") ? 1 : 3;
    assertComputesTheSame(network, folded, ZooNetworks.normal(9, 0, 1, 2, channels, side, side));
  }

  /** Deeplearning4j's NASNet asks for shapes before it has inputs, whatever its settings. */
  @Test
  void nasNetCannotBeBuilt() {
    assertThatThrownBy(() -> ZooNetworks.named("NASNet", 224))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot calculate activation types if no inputs have been set");
  }

  private static ComputationGraphConfiguration own(String name) {
    return switch (name) {
      case "cifar identity" -> CifarResNet.builder(20).input(16, 16, 3).build();
      case "cifar convolution" ->
          CifarResNet.builder(20).input(16, 16, 3).shortcut(Shortcut.CONVOLUTION).build();
      case "cifar projection" ->
          CifarResNet.builder(20).input(16, 16, 3).shortcut(Shortcut.PROJECTION).build();
      case "cifar 56" -> CifarResNet.builder(56).input(16, 16, 3).build();
      case "imagenet 18" -> ImageNetResNet.builder(18).classes(10).input(64, 64, 3).build();
      case "imagenet 50" -> ImageNetResNet.builder(50).classes(10).input(64, 64, 3).build();
      case "lenet" -> LeNet5.builder().input(16, 16, 3).build();
      case "mobilenet" ->
          MobileNetV2.builder().widthMultiplier(0.5).classes(10).input(16, 16, 3).build();
      default -> DenseNet.builder(40).input(16, 16, 3).build();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "cifar identity, 16, 19",
    "cifar convolution, 16, 19",
    "cifar projection, 16, 21",
    "cifar 56, 16, 55",
    "imagenet 18, 64, 20",
    "imagenet 50, 64, 53",
    "lenet, 16, 0",
    "mobilenet, 16, 52",
    "densenet, 16, 18"
  })
  void ownNetworksCompute(String name, int side, int folded) {
    ComputationGraph network = new ComputationGraph(own(name));
    network.init();
    assertComputesTheSame(network, folded, ZooNetworks.normal(9, 0, 1, 2, side, side, 3));
  }

  private static void assertComputesTheSame(ComputationGraph network, int folded, INDArray images) {
    ZooNetworks.fill(network);
    BatchNormFolding.Result result = BatchNormFolding.fold(network);
    assertThat(result.folded()).isEqualTo(folded);
    Map<String, INDArray> before = network.feedForward(images, false);
    Map<String, INDArray> after = result.network().feedForward(images, false);
    NetworkGraph graph = NetworkGraph.of(network);
    int compared = 0;
    for (Node node : graph.nodes()) {
      boolean gone = !after.containsKey(node.name());
      String counterpart = gone ? node.inputs().get(0) : node.name();
      boolean isFolded =
          node.users().size() == 1
              && node.layer() instanceof ConvolutionLayer convolution
              && convolution.getActivationFn() instanceof ActivationIdentity
              && graph.node(node.users().get(0)).layer() instanceof BatchNormalization;
      if (!isFolded) {
        assertClose(node.name(), after.get(counterpart), before.get(node.name()));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(graph.nodes().size() - folded);
  }

  private static void assertClose(String node, INDArray actual, INDArray expected) {
    double scale = expected.amaxNumber().doubleValue();
    assertThat(scale).as(node).isFinite();
    assertThat(actual.sub(expected).amaxNumber().doubleValue())
        .as(node)
        .isLessThanOrEqualTo(TOLERANCE * scale);
  }
}
