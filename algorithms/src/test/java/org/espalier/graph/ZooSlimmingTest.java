package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.DenseNet;
import org.espalier.zoo.ImageNetResNet;
import org.espalier.zoo.LeNet5;
import org.espalier.zoo.MobileNetV2;
import org.espalier.zoo.Shortcut;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every network of both zoos, with 30 % of the channels of each free group removed: the slim form
 * computes what the masked one does, in every vertex. Writes {@code target/zoo-slimming.md}, a
 * table; its column of fixed groups leaves out those of the network's input and output.
 *
 * <p>NASNet is missing: Deeplearning4j cannot build its own definition ("no inputs have been set").
 */
@Tag("slow")
class ZooSlimmingTest {
  private static final List<String> ROWS = new ArrayList<>();

  record Example(String name, InputType input, Supplier<Model> network) {
    ComputationGraph graph() {
      Model model = network.get();
      return model instanceof MultiLayerNetwork layers
          ? layers.toComputationGraph()
          : (ComputationGraph) model;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Example> networks() {
    return Stream.of(
        stock(
            "AlexNet",
            64,
            shape -> AlexNet.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "Darknet-19",
            64,
            shape -> Darknet19.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "FaceNet NN4 small2",
            96,
            shape -> FaceNetNN4Small2.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "Inception-ResNet v1",
            96,
            shape -> InceptionResNetV1.builder().numClasses(10).inputShape(shape).build().init()),
        new Example(
            "LeNet",
            InputType.convolutional(28, 28, 1),
            () -> LeNet.builder().numClasses(10).inputShape(new int[] {1, 28, 28}).build().init()),
        stock(
            "ResNet-50",
            128,
            shape -> ResNet50.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "SimpleCNN",
            48,
            shape -> SimpleCNN.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "SqueezeNet",
            64,
            shape -> SqueezeNet.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "TinyYOLO",
            64,
            shape -> TinyYOLO.builder().numClasses(10).inputShape(shape).build().init()),
        stock("U-Net", 32, shape -> UNet.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "VGG-16", 32, shape -> VGG16.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "VGG-19", 32, shape -> VGG19.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "Xception",
            64,
            shape -> Xception.builder().numClasses(10).inputShape(shape).build().init()),
        stock(
            "YOLO2", 64, shape -> YOLO2.builder().numClasses(10).inputShape(shape).build().init()),
        own(
            "ResNet-20 for CIFAR, identity shortcuts",
            32,
            3,
            CifarResNet.builder(20).shortcut(Shortcut.IDENTITY).build()),
        own(
            "ResNet-20 for CIFAR, convolution shortcuts",
            32,
            3,
            CifarResNet.builder(20).shortcut(Shortcut.CONVOLUTION).build()),
        own(
            "ResNet-20 for CIFAR, projection shortcuts",
            32,
            3,
            CifarResNet.builder(20).shortcut(Shortcut.PROJECTION).build()),
        own(
            "ResNet-50 for ImageNet",
            64,
            3,
            ImageNetResNet.builder(50).classes(10).input(64, 64, 3).build()),
        own("LeNet-5", 28, 1, LeNet5.builder().input(28, 28, 1).build()),
        own("MobileNetV2 for CIFAR", 32, 3, MobileNetV2.builder().build()),
        own("DenseNet-BC-40 for CIFAR", 32, 3, DenseNet.builder(40).build()));
  }

  private static Example stock(String name, int size, Function<int[], Model> network) {
    return new Example(
        name,
        InputType.convolutional(size, size, 3),
        () -> network.apply(new int[] {3, size, size}));
  }

  private static Example own(
      String name, int size, int channels, ComputationGraphConfiguration configuration) {
    return new Example(
        name,
        InputType.convolutional(size, size, channels, CNN2DFormat.NHWC),
        () -> {
          ComputationGraph network = new ComputationGraph(configuration);
          network.init();
          return network;
        });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void slimComputesWhatMaskedDoes(Example example) {
    long[] shape = example.input().getShape(true);
    shape[0] = 2;
    INDArray images = Nd4j.rand(DataType.FLOAT, shape);
    ComputationGraph network = Shaken.with(example.graph(), 1, images);
    ChannelGroups groups = ChannelGroups.of(network, example.input());
    assertThat(groups.free()).isNotEmpty();
    Pruned pruned = Pruned.byMagnitude(network, groups, 0.3);
    double difference = pruned.difference(images);
    ROWS.add(row(example, network, pruned, difference));
    assertThat(difference).isLessThan(1e-4);
  }

  private static String row(
      Example example, ComputationGraph network, Pruned pruned, double difference) {
    Cost before = Cost.of(network, example.input());
    Cost after = Cost.of(pruned.slim(), example.input());
    String fixed =
        pruned.groups().fixed().stream()
            .filter(group -> !group.fixedReason().orElseThrow().matches("(in|out)put of[^;]*"))
            .map(group -> group.name() + ": " + group.fixedReason().orElseThrow())
            .collect(Collectors.joining("<br>"));
    return "| %s | %d | %d | %s | %d | %d | %d | %d | %.1e |"
        .formatted(
            example.name(),
            pruned.groups().all().size(),
            pruned.groups().free().size(),
            fixed,
            before.parameters(),
            after.parameters(),
            before.macs(),
            after.macs(),
            difference);
  }

  @AfterAll
  static void writeTable() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| network | groups | free | fixed | parameters | after | MACs | after | difference |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    lines.addAll(ROWS);
    Files.write(Path.of("target", "zoo-slimming.md"), lines);
  }
}
