package org.espalier.prune.scop;

import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Residual networks small enough for tests, with nothing left at its default. */
final class SmallNetworks {
  static final int SIZE = 8;
  static final int CLASSES = 3;

  private SmallNetworks() {}

  /** Basic blocks: identity, padded shortcut with stride, convolution shortcut. */
  static ComputationGraph basic(DataType type, long seed) {
    return basic(type, seed, new Nesterovs(0.01, 0.9));
  }

  static ComputationGraph basic(DataType type, long seed, IUpdater updater) {
    GraphBuilder graph = start(type, seed, updater);
    unit(graph, "input", "conv1", "bn1", 3, 4, 3, 1, true, false);
    String at = block(graph, "layer1.0", "bn1", new int[] {4, 4, 4}, new int[] {3, 3}, 1, 0, false);
    at = block(graph, "layer2.0", at, new int[] {4, 8, 8}, new int[] {3, 3}, 2, 2, false);
    at = block(graph, "layer3.0", at, new int[] {8, 6, 10}, new int[] {3, 3}, 1, -1, false);
    return finish(graph, at, 10, seed);
  }

  /** Bottleneck blocks: convolution shortcut with stride, then identity; biases everywhere. */
  static ComputationGraph bottleneck(DataType type, long seed) {
    GraphBuilder graph = start(type, seed, new Nesterovs(0.01, 0.9));
    unit(graph, "input", "conv1", "bn1", 3, 8, 3, 1, true, true);
    int[] kernels = {1, 3, 1};
    String at = block(graph, "layer1.0", "bn1", new int[] {8, 4, 5, 12}, kernels, 2, -1, true);
    at = block(graph, "layer1.1", at, new int[] {12, 6, 4, 12}, kernels, 1, 0, true);
    return finish(graph, at, 12, seed);
  }

  private static GraphBuilder start(DataType type, long seed, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .dataType(type)
        .updater(updater)
        .l2(1e-3)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(SIZE, SIZE, 3, CNN2DFormat.NHWC));
  }

  private static void unit(
      GraphBuilder graph,
      String input,
      String convolution,
      String normalization,
      int in,
      int out,
      int kernel,
      int stride,
      boolean relu,
      boolean bias) {
    graph.addLayer(
        convolution,
        Convolution.builder(kernel, kernel)
            .nIn(in)
            .nOut(out)
            .stride(stride)
            .padding(kernel / 2)
            .hasBias(bias)
            .build(),
        input);
    graph.addLayer(
        normalization,
        BatchNorm.builder().nIn(out).nOut(out).eps(1e-3).relu(relu).build(),
        convolution);
  }

  /**
   * Adds a block.
   *
   * @param pad zero channels on each side of a padded shortcut, 0 for identity, -1 for a
   *     convolution
   */
  private static String block(
      GraphBuilder graph,
      String name,
      String input,
      int[] widths,
      int[] kernels,
      int stride,
      int pad,
      boolean bias) {
    String at = input;
    int strided = kernels.length == 3 ? 1 : 0;
    for (int i = 0; i < kernels.length; i++) {
      String normalization = name + ".bn" + (i + 1);
      unit(
          graph,
          at,
          name + ".conv" + (i + 1),
          normalization,
          widths[i],
          widths[i + 1],
          kernels[i],
          i == strided ? stride : 1,
          i < kernels.length - 1,
          bias);
      at = normalization;
    }
    String shortcut = input;
    if (pad != 0) {
      shortcut = name + ".shortcut";
      graph.addLayer(
          shortcut,
          pad > 0
              ? PaddedShortcut.builder(stride, pad, pad).build()
              : Convolution.builder(1, 1)
                  .nIn(widths[0])
                  .nOut(widths[widths.length - 1])
                  .stride(stride)
                  .build(),
          input);
    }
    graph.addVertex(name + ".add", new ResidualSum(true), at, shortcut);
    return name + ".add";
  }

  private static ComputationGraph finish(GraphBuilder graph, String at, int width, long seed) {
    graph.addLayer("pool", new GlobalAveragePooling(), at);
    graph.addLayer("linear", Output.builder().nIn(width).nOut(CLASSES).build(), "pool");
    ComputationGraph network = new ComputationGraph(graph.setOutputs("linear").build());
    network.init();
    randomize(network, seed);
    return network;
  }

  /** Gives biases, scales, shifts and running statistics values that are not their defaults. */
  static void randomize(ComputationGraph network, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (GraphVertex vertex : network.getVertices()) {
      if (vertex.paramTable(false) != null) {
        vertex.paramTable(false).forEach((name, value) -> randomize(name, value, random));
      }
    }
  }

  private static void randomize(String name, INDArray value, SplittableRandom random) {
    for (int i = 0; i < value.length() && !name.equals("W"); i++) {
      double u = random.nextDouble();
      value.putScalar(
          i,
          switch (name) {
            case "gamma" -> random.nextBoolean() ? 0.5 + u : -0.5 - u;
            case "var" -> 0.5 + u;
            default -> u - 0.5;
          });
    }
  }

  static INDArray images(DataType type, int rows, long seed) {
    return normal(type, seed, rows, SIZE, SIZE, 3);
  }

  static INDArray normal(DataType type, long seed, long... shape) {
    NormalNumbers normal = new NormalNumbers(new SplittableRandom(seed));
    INDArray array = Nd4j.create(type, shape);
    for (int i = 0; i < array.length(); i++) {
      array.putScalar(i, normal.next());
    }
    return array;
  }

  static DataSet data(DataType type, int rows, long seed) {
    INDArray labels = Nd4j.create(type, rows, CLASSES);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, (i + seed) % CLASSES, 1);
    }
    return new DataSet(images(type, rows, seed), labels);
  }

  /** Returns the units with control factors. */
  static List<PrunableUnit> units(ComputationGraph network) {
    return ResidualBlocks.units(network.getConfiguration());
  }

  static INDArray factors(ComputationGraph network, PrunableUnit unit) {
    return network.getVertex(unit.factor()).paramTable(false).get(ControlFactor.FACTOR);
  }
}
