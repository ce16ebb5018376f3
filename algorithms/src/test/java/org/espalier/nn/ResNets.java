package org.espalier.nn;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * A CIFAR ResNet twice, in these layers and in Deeplearning4j's own, to measure one against the
 * other.
 */
final class ResNets {
  private static final int CLASSES = 10;

  private ResNets() {}

  /** In these layers, with option-A shortcuts; depth 6n + 2. */
  static ComputationGraphConfiguration ours(int depth) {
    GraphBuilder graph = start();
    String x = conv(graph, "conv1", "input", 3, 16, 1, true);
    for (int stage = 1; stage <= 3; stage++) {
      int width = 8 << stage;
      for (int block = 0; block < (depth - 2) / 6; block++) {
        String name = "layer" + stage + "." + block;
        boolean down = stage > 1 && block == 0;
        int in = down ? width / 2 : width;
        String y = conv(graph, name + ".conv1", x, in, width, down ? 2 : 1, true);
        y = conv(graph, name + ".conv2", y, width, width, 1, false);
        if (down) {
          graph.addLayer(name + ".shortcut", PaddedShortcut.builder(2, in / 2, in / 2).build(), x);
          x = name + ".shortcut";
        }
        graph.addVertex(name, new ResidualSum(true), y, x);
        x = name;
      }
    }
    return graph
        .addLayer("pool", GlobalAveragePooling.builder().build(), x)
        .addLayer("output", Output.builder().nIn(64).nOut(CLASSES).build(), "pool")
        .setOutputs("output")
        .build();
  }

  private static String conv(
      GraphBuilder graph, String name, String input, int in, int out, int stride, boolean relu) {
    graph.addLayer(
        name,
        Convolution.builder(3, 3)
            .nIn(in)
            .nOut(out)
            .stride(stride)
            .padding(1)
            .inputGradient(in != 3)
            .build(),
        input);
    graph.addLayer(name + ".bn", BatchNorm.builder().nIn(out).nOut(out).relu(relu).build(), name);
    return name + ".bn";
  }

  /** In Deeplearning4j's own layers, NHWC, with 1x1 convolutions where the shape changes. */
  static ComputationGraphConfiguration stock(int depth) {
    GraphBuilder graph = start();
    String x = stockConv(graph, "conv1", "input", 16, 1, 3);
    x = stockRelu(graph, x);
    for (int stage = 1; stage <= 3; stage++) {
      int width = 8 << stage;
      for (int block = 0; block < (depth - 2) / 6; block++) {
        String name = "layer" + stage + "." + block;
        boolean down = stage > 1 && block == 0;
        String y = stockConv(graph, name + ".conv1", x, width, down ? 2 : 1, 3);
        y = stockRelu(graph, y);
        y = stockConv(graph, name + ".conv2", y, width, 1, 3);
        if (down) {
          x = stockConv(graph, name + ".shortcut", x, width, 2, 1);
        }
        graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), y, x);
        x = stockRelu(graph, name);
      }
    }
    return graph
        .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), x)
        .addLayer("output", new OutputLayer.Builder().nOut(CLASSES).build(), "pool")
        .setOutputs("output")
        .build();
  }

  private static String stockRelu(GraphBuilder graph, String input) {
    graph.addLayer(input + ".relu", new ActivationLayer(Activation.RELU), input);
    return input + ".relu";
  }

  private static String stockConv(
      GraphBuilder graph, String name, String input, int out, int stride, int kernel) {
    graph.addLayer(
        name,
        new ConvolutionLayer.Builder(kernel, kernel)
            .nOut(out)
            .stride(stride, stride)
            .padding(kernel / 2, kernel / 2)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.RELU)
            .dataFormat(CNN2DFormat.NHWC)
            .build(),
        input);
    graph.addLayer(name + ".bn", new BatchNormalization.Builder().useLogStd(false).build(), name);
    return name + ".bn";
  }

  private static GraphBuilder start() {
    return Graphs.start(DataType.FLOAT, new Nesterovs(0.1, 0.9), 1e-4, 32, 32, 3);
  }
}
