package org.espalier.nn;

import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Small networks and seeded data for the tests of layers. */
final class Graphs {
  static final int CLASSES = 3;

  private Graphs() {}

  /** A graph with every layer type, on [N, 9, 9, 3]. */
  static ComputationGraphConfiguration everyLayer(DataType type) {
    return everyLayer(type, new Nesterovs(0.05, 0.9));
  }

  static ComputationGraphConfiguration everyLayer(DataType type, IUpdater updater) {
    return start(type, updater, 9, 9, 3)
        .addLayer(
            "conv1",
            Convolution.builder(3, 3).nIn(3).nOut(4).padding(1).inputGradient(false).build(),
            "input")
        .addLayer("bn1", BatchNorm.builder().relu(true).build(), "conv1")
        .addLayer(
            "conv2", Convolution.builder(3, 3).nIn(4).nOut(6).stride(2).padding(1).build(), "bn1")
        .addLayer("bn2", BatchNorm.builder().build(), "conv2")
        .addLayer("shortcut", PaddedShortcut.builder(2, 1, 1).build(), "bn1")
        .addVertex("add", new ResidualSum(true), "bn2", "shortcut")
        .addLayer("mask", new ChannelMask(6, 0, 2, 3, 5), "add")
        .addLayer("conv3", Convolution.builder(1, 1).nIn(6).nOut(4).hasBias(true).build(), "mask")
        .addLayer("scatter", new ChannelScatter(6, 4, 0, 1, 5), "conv3")
        .addVertex("add2", new ResidualSum(false), "scatter", "add")
        .addVertex("add3", new ResidualSum(true), "scatter", "add2", "mask")
        .addLayer("max", Pooling.max(3, 3).stride(2).padding(1).build(), "add3")
        .addLayer("average", Pooling.average(2, 2).stride(1).build(), "max")
        .addLayer("pool", GlobalAveragePooling.builder().build(), "average")
        .addLayer("dense", Dense.builder().nOut(5).build(), "pool")
        .addLayer("bn3", BatchNorm.builder().build(), "dense")
        .addLayer("output", Output.builder().nOut(CLASSES).build(), "bn3")
        .setOutputs("output")
        .build();
  }

  static GraphBuilder start(DataType type, IUpdater updater, int height, int width, int channels) {
    return start(type, updater, 0, height, width, channels);
  }

  static GraphBuilder start(
      DataType type, IUpdater updater, double l2, int height, int width, int channels) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(type)
        .updater(updater)
        .l2(l2)
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(InputType.convolutional(height, width, channels, CNN2DFormat.NHWC));
  }

  /** Normal images in NHWC and one-hot labels. */
  static DataSet data(DataType type, long seed, int n, int height, int width, int channels) {
    INDArray labels = Nd4j.zeros(type, n, CLASSES);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return new DataSet(normal(type, seed, n, height, width, channels), labels);
  }

  static INDArray normal(DataType type, long seed, long... shape) {
    Random random = new Random(seed);
    double[] values = new double[Math.toIntExact(ArrayUtil.prodLong(shape))];
    Arrays.setAll(values, i -> random.nextGaussian());
    return Nd4j.create(values, shape, 'c').castTo(type);
  }
}
