package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.Dense;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.Pooling;
import org.espalier.nn.ResidualSum;
import org.espalier.quantize.network.QuantizedNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Small networks to quantise, their data, and what tests do with them. */
public final class QuantizedNetworks {
  public static final int CLASSES = 3;
  public static final int SIZE = 8;

  private QuantizedNetworks() {}

  /** Convolution, maximum pooling, ReLU, dense, output, as LeNet-5 has them; no normalisation. */
  public static ComputationGraph plain(DataType type, IUpdater updater) {
    GraphBuilder graph = start(type, updater);
    graph.addLayer(
        "conv1",
        Convolution.builder(3, 3).nIn(2).nOut(4).padding(1).hasBias(true).build(),
        "input");
    graph.addLayer("pool1", Pooling.max(2, 2).build(), "conv1");
    graph.addLayer("relu1", new ActivationLayer(Activation.RELU), "pool1");
    graph.addLayer("fc1", Dense.builder().nOut(6).activation(Activation.RELU).build(), "relu1");
    graph.addLayer("fc2", Output.builder().nOut(CLASSES).build(), "fc1");
    return init(graph.setOutputs("fc2"));
  }

  /** Two residual blocks, one with a padded shortcut, with batch normalisation everywhere. */
  public static ComputationGraph residual(DataType type, IUpdater updater) {
    GraphBuilder graph = start(type, updater);
    unit(graph, "1", "input", 2, 4, 1, true);
    unit(graph, "2", "bn1", 4, 4, 1, true);
    unit(graph, "3", "bn2", 4, 4, 1, false);
    graph.addVertex("add1", new ResidualSum(true), "bn3", "bn1");
    unit(graph, "4", "add1", 4, 6, 2, true);
    unit(graph, "5", "bn4", 6, 6, 1, false);
    graph.addLayer("shortcut", PaddedShortcut.builder(2, 1, 1).build(), "add1");
    graph.addVertex("add2", new ResidualSum(true), "bn5", "shortcut");
    graph.addLayer("pool", GlobalAveragePooling.builder().build(), "add2");
    graph.addLayer("linear", Output.builder().nIn(6).nOut(CLASSES).build(), "pool");
    return shaken(init(graph.setOutputs("linear")));
  }

  private static GraphBuilder start(DataType type, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .updater(updater)
        .l2(1e-3)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(SIZE, SIZE, 2, CNN2DFormat.NHWC));
  }

  private static void unit(
      GraphBuilder graph, String number, String input, int in, int out, int stride, boolean relu) {
    graph.addLayer(
        "conv" + number,
        Convolution.builder(3, 3)
            .nIn(in)
            .nOut(out)
            .stride(stride)
            .padding(1)
            .inputGradient(!input.equals("input"))
            .build(),
        input);
    graph.addLayer(
        "bn" + number, BatchNorm.builder().nIn(out).nOut(out).relu(relu).build(), "conv" + number);
  }

  private static ComputationGraph init(GraphBuilder graph) {
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return network;
  }

  /** Gives normalisations statistics, shifts and factors of both signs. */
  private static ComputationGraph shaken(ComputationGraph network) {
    Random random = new Random(11);
    network
        .paramTable()
        .forEach(
            (name, array) -> {
              for (long i = 0; i < array.length(); i++) {
                if (name.endsWith("_" + BatchNormalizationParamInitializer.GAMMA)) {
                  array.putScalar(i, (i == 1 ? -1 : 1) * (0.5 + random.nextDouble()));
                } else if (name.endsWith("_" + BatchNormalizationParamInitializer.BETA)
                    || name.endsWith("_" + BatchNormalizationParamInitializer.GLOBAL_MEAN)) {
                  array.putScalar(i, 0.3 * random.nextGaussian());
                } else if (name.endsWith("_" + BatchNormalizationParamInitializer.GLOBAL_VAR)) {
                  array.putScalar(i, 0.5 + random.nextDouble());
                }
              }
            });
    return network;
  }

  public static IUpdater updater() {
    return new Nesterovs(0.02, 0.9);
  }

  /** Images whose class shows in the mean of their first channel. */
  public static DataSet data(DataType type, long seed, int rows) {
    Random random = new Random(seed);
    double[] features = new double[rows * SIZE * SIZE * 2];
    double[] labels = new double[rows * CLASSES];
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(CLASSES);
      labels[row * CLASSES + label] = 1;
      for (int i = 0; i < SIZE * SIZE * 2; i++) {
        features[row * SIZE * SIZE * 2 + i] =
            random.nextGaussian() + (i % 2 == 0 ? 1.5 * (label - 1) : 0);
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features).reshape(rows, SIZE, SIZE, 2).castTo(type),
        Nd4j.createFromArray(labels).reshape(rows, CLASSES).castTo(type));
  }

  /** Trains on a few batches; which ones follows from the network's iteration. */
  public static void train(ComputationGraph network, int steps) {
    for (int i = 0; i < steps; i++) {
      network.fit(data(network.getConfiguration().getDataType(), network.getIterationCount(), 16));
    }
  }

  /** Writes a network as a file and reads it back. */
  public static ComputationGraph saved(ComputationGraph network) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(network, bytes, true);
      return ModelSerializer.restoreComputationGraph(
          new ByteArrayInputStream(bytes.toByteArray()), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The part of images given their class. */
  public static double accuracy(ComputationGraph network, DataSet data) {
    INDArray given = network.outputSingle(data.getFeatures()).argMax(1);
    return given.eq(data.getLabels().argMax(1)).castTo(DataType.DOUBLE).meanNumber().doubleValue();
  }

  /**
   * Asserts that a converted network's activations have the codes that the trained one's have: all
   * but one in a thousand for each quantiser on the way, since one that differs makes others
   * differ, and those within two.
   */
  public static void assertSameCodes(
      ComputationGraph trained, ComputationGraph deployed, INDArray images) {
    Map<String, INDArray> expected = trained.feedForward(images, false);
    Map<String, INDArray> actual = deployed.feedForward(images, false);
    Map<String, Quantization> grids = QuantizedNetwork.of(deployed).activations();
    grids.forEach(
        (name, grid) -> {
          double[] steps = actual.get(name).sub(expected.get(name)).reshape(-1).toDoubleVector();
          long unequal =
              Arrays.stream(steps).filter(step -> Math.abs(step) > grid.scale() / 2).count();
          assertThat((double) unequal / steps.length).as(name).isLessThan(0.001 * grids.size());
          assertThat(Arrays.stream(steps).map(Math::abs).max().orElse(0))
              .as(name)
              .isLessThan(2.001 * grid.scale());
        });
  }
}
