package org.espalier.nn.fused;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Concatenation;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.activations.Activation;

/** A network under construction: every method adds a vertex and returns its name. */
final class Sketch {
  static final String IMAGES = "input";
  static final int CLASSES = 3;

  private final GraphBuilder graph;
  private int vertices;

  Sketch(GraphBuilder graph) {
    this.graph = graph;
  }

  String layer(String from, Layer layer) {
    String name = "layer" + vertices++;
    graph.addLayer(name, layer, from);
    return name;
  }

  /** A convolution that keeps the images' size if its stride is 1. */
  String convolution(String from, int out, int kernel, int stride) {
    return layer(
        from,
        Convolution.builder(kernel, kernel)
            .nOut(out)
            .stride(stride)
            .padding(kernel / 2)
            .inputGradient(!from.equals(IMAGES))
            .build());
  }

  String norm(String from, boolean relu) {
    return layer(from, BatchNorm.builder().relu(relu).build());
  }

  String relu(String from) {
    return layer(from, new ActivationLayer(Activation.RELU));
  }

  String relu6(String from) {
    return layer(from, new ActivationLayer(Activation.RELU6));
  }

  /** A convolution of each channel by itself that keeps the images' size if its stride is 1. */
  String depthwise(String from, int kernel, int stride, int multiplier) {
    return layer(
        from,
        new DepthwiseConvolution2D.Builder(kernel, kernel)
            .depthMultiplier(multiplier)
            .stride(stride, stride)
            .padding(kernel / 2, kernel / 2)
            .convolutionMode(ConvolutionMode.Truncate)
            .dataFormat(CNN2DFormat.NHWC)
            .hasBias(multiplier > 1)
            .activation(Activation.IDENTITY)
            .build());
  }

  /** A 3x3 convolution and a batch normalisation with ReLU. */
  String unit(String from, int out, int stride) {
    return norm(convolution(from, out, 3, stride), true);
  }

  String sum(boolean relu, String... from) {
    String name = "sum" + vertices++;
    graph.addVertex(name, new ResidualSum(relu), from);
    return name;
  }

  String concatenate(String... from) {
    String name = "concatenation" + vertices++;
    graph.addVertex(name, new Concatenation(), from);
    return name;
  }

  String pool(String from) {
    return layer(from, GlobalAveragePooling.builder().build());
  }

  /** The network, with a softmax classifier on features. */
  ComputationGraphConfiguration classify(String features) {
    String output = layer(features, Output.builder().nOut(CLASSES).build());
    return graph.setOutputs(output).build();
  }
}
