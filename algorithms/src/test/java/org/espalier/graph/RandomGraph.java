package org.espalier.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Draws networks: convolutions of all kinds, sums, concatenations and subsets, at random. */
final class RandomGraph {
  static final int SIZE = 5;

  private static final Activation[] ACTIVATIONS = {
    Activation.RELU, Activation.IDENTITY, Activation.TANH, Activation.SIGMOID, Activation.SOFTPLUS
  };

  private record Node(String name, int channels) {}

  private final SplittableRandom random;
  private final CNN2DFormat format;
  private final GraphBuilder graph;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> read = new HashSet<>();
  private final Map<String, Integer> readersOfSubsets = new HashMap<>();
  private int count;

  private RandomGraph(long seed) {
    this.random = new SplittableRandom(seed);
    this.format = random.nextBoolean() ? CNN2DFormat.NCHW : CNN2DFormat.NHWC;
    this.graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.DOUBLE)
            .convolutionMode(ConvolutionMode.Same)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(type(seed));
  }

  /** The input's type of the network of a seed. */
  static InputType type(long seed) {
    return InputType.convolutional(
        SIZE,
        SIZE,
        3,
        new SplittableRandom(seed).nextBoolean() ? CNN2DFormat.NCHW : CNN2DFormat.NHWC);
  }

  /** Two images for the network of a seed. */
  static INDArray images(long seed) {
    long[] shape = type(seed).getShape(true);
    shape[0] = 2;
    return Nd4j.rand(DataType.DOUBLE, shape);
  }

  static ComputationGraph of(long seed) {
    RandomGraph drawn = new RandomGraph(seed);
    drawn.layer("input", 4, convolution(4, drawn.activation()));
    int vertices = drawn.random.nextInt(4, 12);
    for (int i = 0; i < vertices; i++) {
      drawn.grow();
    }
    ComputationGraph network = drawn.finished();
    return Shaken.with(network, seed, images(seed));
  }

  private void grow() {
    Node at = any();
    switch (random.nextInt(10)) {
      case 0 -> layer(at.name(), at.channels(), new BatchNormalization.Builder().build());
      case 1 -> {
        int multiplier = random.nextInt(1, 3);
        layer(
            at.name(),
            at.channels() * multiplier,
            new DepthwiseConvolution2D.Builder(3, 3)
                .depthMultiplier(multiplier)
                .activation(activation())
                .build());
      }
      case 2 -> {
        int width = width();
        layer(
            at.name(),
            width,
            new SeparableConvolution2D.Builder(3, 3)
                .nOut(width)
                .depthMultiplier(random.nextInt(1, 3))
                .activation(activation())
                .build());
      }
      case 3 -> {
        int width = width();
        layer(
            at.name(),
            width,
            new Deconvolution2D.Builder(3, 3).nOut(width).activation(activation()).build());
      }
      case 4 ->
          layer(
              at.name(),
              at.channels(),
              random.nextBoolean()
                  ? new ActivationLayer(activation())
                  : new SubsamplingLayer.Builder(
                          SubsamplingLayer.PoolingType.MAX, new int[] {3, 3}, new int[] {1, 1})
                      .build());
      case 5, 6 -> joined(at, any());
      case 7 -> concatenated(at, any());
      case 8 -> {
        if (format == CNN2DFormat.NCHW && at.channels() > 3) {
          int from = random.nextInt(at.channels() / 2);
          int to = random.nextInt(at.channels() / 2, at.channels());
          String name = "v" + count++;
          graph.addVertex(name, new SubsetVertex(from, to), at.name());
          read.add(at.name());
          Node reader = layer(name, 4, convolution(4, activation()));
          readersOfSubsets.put(reader.name(), to - from + 1);
        }
      }
      default -> {
        int width = width();
        layer(at.name(), width, convolution(width, activation()));
      }
    }
  }

  /** Adds, or the like, two vertices, after a convolution where their widths differ. */
  private void joined(Node a, Node b) {
    Node other =
        a.channels() == b.channels() && !a.equals(b)
            ? b
            : layer(b.name(), a.channels(), convolution(a.channels(), activation()));
    ElementWiseVertex.Op[] operations = {
      ElementWiseVertex.Op.Add,
      ElementWiseVertex.Op.Subtract,
      ElementWiseVertex.Op.Average,
      ElementWiseVertex.Op.Max,
      ElementWiseVertex.Op.Product
    };
    String name = "v" + count++;
    graph.addVertex(
        name,
        new ElementWiseVertex(operations[random.nextInt(operations.length)]),
        a.name(),
        other.name());
    read.addAll(List.of(a.name(), other.name()));
    nodes.add(new Node(name, a.channels()));
  }

  private void concatenated(Node a, Node b) {
    String name = "v" + count++;
    graph.addVertex(name, new MergeVertex(), a.name(), b.name());
    read.addAll(List.of(a.name(), b.name()));
    nodes.add(new Node(name, a.channels() + b.channels()));
  }

  private ComputationGraph finished() {
    List<String> ends =
        nodes.stream().map(Node::name).filter(name -> !read.contains(name)).toList();
    String at = ends.get(0);
    if (ends.size() > 1) {
      graph.addVertex("all", new MergeVertex(), ends.toArray(String[]::new));
      at = "all";
    }
    if (random.nextBoolean()) {
      graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), at);
      at = "pool";
    }
    graph.addLayer("dense", new DenseLayer.Builder().nOut(6).activation(activation()).build(), at);
    graph.addLayer(
        "output",
        new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
        "dense");
    ComputationGraphConfiguration configuration = graph.setOutputs("output").build();
    readersOfSubsets.forEach( // Deeplearning4j computes these widths wrongly
        (name, width) ->
            ((ConvolutionLayer)
                    ((LayerVertex) configuration.getVertices().get(name)).getLayerConf().getLayer())
                .setNIn(width));
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static Layer convolution(int width, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3).nOut(width).activation(activation).build();
  }

  private Node layer(String input, int channels, Layer layer) {
    Node node = new Node("v" + count++, channels);
    graph.addLayer(node.name(), layer, input);
    read.add(input);
    nodes.add(node);
    return node;
  }

  /** A vertex made so far, more often a late one, and never a very wide one. */
  private Node any() {
    List<Node> narrow = nodes.stream().filter(node -> node.channels() <= 24).toList();
    return narrow.get(Math.max(random.nextInt(narrow.size()), random.nextInt(narrow.size())));
  }

  private int width() {
    return random.nextInt(2, 7);
  }

  private Activation activation() {
    return ACTIVATIONS[random.nextInt(ACTIVATIONS.length)];
  }
}
