package org.espalier.search.structure;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.Output;
import org.espalier.nn.Pooling;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks to search in. */
final class Networks {
  static final InputType CIFAR = InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC);
  static final int[] VGG16 = {64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512};

  private Networks() {}

  static ComputationGraph of(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  /**
   * VGG-16 for CIFAR: convolutions with bias, each with batch normalisation, and one dense layer.
   */
  static ComputationGraph vgg(int... widths) {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(CIFAR);
    String last = "input";
    int channels = 3;
    for (int i = 0; i < widths.length; i++) {
      graph.addLayer(
          "conv" + i,
          Convolution.builder(3, 3).nIn(channels).nOut(widths[i]).padding(1).hasBias(true).build(),
          last);
      channels = widths[i];
      last = "bn" + i;
      graph.addLayer(
          last, BatchNorm.builder().nIn(channels).nOut(channels).relu(true).build(), "conv" + i);
      if (List.of(1, 3, 6, 9, 12).contains(i)) {
        graph.addLayer("pool" + i, Pooling.max(2, 2).build(), last);
        last = "pool" + i;
      }
    }
    graph.addLayer("linear", Output.builder().nOut(10).build(), last);
    return of(graph.setOutputs("linear").build());
  }

  /** Gives every batch normalisation scales, shifts and statistics that do something. */
  static ComputationGraph shaken(ComputationGraph network) {
    Nd4j.getRandom().setSeed(1);
    for (var layer : network.getLayers()) {
      layer
          .paramTable()
          .forEach(
              (name, array) -> {
                switch (name) {
                  case "gamma", "var" -> array.assign(Nd4j.rand(array.shape()).muli(0.8).addi(0.6));
                  case "beta", "mean", "b" ->
                      array.assign(Nd4j.rand(array.shape()).muli(0.6).subi(0.3));
                  default -> {}
                }
              });
    }
    return network;
  }

  static INDArray images() {
    Nd4j.getRandom().setSeed(2);
    return Nd4j.rand(2, 32, 32, 3);
  }
}
