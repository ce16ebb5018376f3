package org.espalier.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.Convolution;
import org.espalier.nn.Dense;
import org.espalier.nn.Output;
import org.espalier.nn.Pooling;
import org.nd4j.linalg.activations.Activation;

/**
 * LeNet-5 as it is built today: two 5x5 convolutions with bias, each with 2x2 maximum pooling and
 * ReLU, and three dense layers of 120, 84 and as many units as classes.
 *
 * <p>Vertices {@code conv1}, {@code pool1}, {@code relu1}, {@code conv2}, {@code pool2}, {@code
 * relu2}, {@code fc1}, {@code fc2}, {@code fc3}. Images smaller than 32x32, such as MNIST's, are
 * padded by 2 pixels on each side in the first convolution, so that 28x28 becomes the original's
 * 32x32. LeCun et al., Gradient-based learning applied to document recognition, 1998, with its
 * average pooling, tanh and sparse connections replaced.
 */
public final class LeNet5 {
  private static final int ORIGINAL_SIZE = 32;
  private static final int SMALLEST = 12;

  private LeNet5() {}

  /** A network; for 28x28 grey images and ten classes unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  static ComputationGraphConfiguration configuration(NetworkOptions options) {
    int side = Math.min(options.height(), options.width());
    NetworkOptions.require(side >= SMALLEST, "LeNet-5 takes images of at least 12x12 pixels", side);
    int padding = side < ORIGINAL_SIZE ? 2 : 0;
    GraphBuilder graph = options.graph();
    String first = convolution(graph, 1, NetworkOptions.INPUT, options.channels(), 6, padding);
    String second = convolution(graph, 2, first, 6, 16, 0);
    graph.addLayer("fc1", Dense.builder().nOut(120).activation(Activation.RELU).build(), second);
    graph.addLayer("fc2", Dense.builder().nOut(84).activation(Activation.RELU).build(), "fc1");
    Output output = Output.builder().nOut(options.classes()).weightInit(WeightInit.RELU).build();
    return graph.addLayer("fc3", output, "fc2").setOutputs("fc3").build();
  }

  /** ReLU comes after pooling: the result is the same, on a quarter of the pixels. */
  private static String convolution(
      GraphBuilder graph, int number, String input, int nIn, int nOut, int padding) {
    graph.addLayer(
        "conv" + number,
        Convolution.builder(5, 5).nIn(nIn).nOut(nOut).padding(padding).hasBias(true).build(),
        input);
    graph.addLayer("pool" + number, Pooling.max(2, 2).build(), "conv" + number);
    graph.addLayer("relu" + number, new ActivationLayer(Activation.RELU), "pool" + number);
    return "relu" + number;
  }

  /** Builds a {@link LeNet5}. */
  public static final class Builder extends OptionSetters<Builder> {
    private Builder() {
      super(28, 28, 1);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The network's configuration. */
    public ComputationGraphConfiguration build() {
      return configuration(new NetworkOptions(this));
    }
  }
}
