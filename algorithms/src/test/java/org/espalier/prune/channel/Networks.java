package org.espalier.prune.channel;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of 3 x 3 convolutions in a chain, in double precision. */
final class Networks {
  static final InputType INPUT = InputType.convolutional(6, 6, 2, CNN2DFormat.NHWC);

  private Networks() {}

  /** Convolutions {@code conv1}, {@code conv2}, ... of these widths, then pooling and softmax. */
  static ComputationGraph chain(boolean normalized, int... widths) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(INPUT);
    String last = "in";
    for (int i = 1; i <= widths.length; i++) {
      builder.addLayer(
          "conv" + i,
          new ConvolutionLayer.Builder(3, 3)
              .nOut(widths[i - 1])
              .padding(1, 1)
              .dataFormat(CNN2DFormat.NHWC)
              .activation(normalized ? Activation.IDENTITY : Activation.RELU)
              .build(),
          last);
      last = "conv" + i;
      if (normalized) {
        builder.addLayer(
            "bn" + i, new BatchNormalization.Builder().activation(Activation.RELU).build(), last);
        last = "bn" + i;
      }
    }
    builder
        .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last)
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "pool")
        .setOutputs("out");
    ComputationGraph network = new ComputationGraph(builder.build());
    network.init();
    return network;
  }

  /** Gives all weights of each filter one value. */
  static void fill(ComputationGraph network, String layer, double... weights) {
    INDArray parameter = network.getVertex(layer).paramTable(false).get("W");
    int each = Math.toIntExact(parameter.length() / weights.length);
    double[] numbers = new double[weights.length * each];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = weights[i / each];
    }
    parameter.assign(Nd4j.createFromArray(numbers).reshape(parameter.shape().clone()));
  }

  /** One filter of [out, in, kH, kW], a view. */
  static INDArray filter(INDArray weights, int filter) {
    return weights.get(NDArrayIndex.point(filter), NDArrayIndex.all(), NDArrayIndex.all());
  }

  static INDArray images(int count) {
    Nd4j.getRandom().setSeed(11);
    return Nd4j.randn(DataType.DOUBLE, count, 6, 6, 2);
  }
}
