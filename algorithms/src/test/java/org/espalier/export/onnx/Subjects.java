package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.Slimmer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Networks with weights and statistics as if trained, and images for them. */
final class Subjects {
  private static final long SEED = 11;

  private Subjects() {}

  /**
   * A network whose normalisations have the statistics of random images, and whose scales, shifts
   * and biases are not at their first values.
   *
   * @param images images in the network's own format
   */
  static ComputationGraph network(ComputationGraphConfiguration configuration, INDArray images) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    Random random = new Random(SEED);
    for (Layer layer : network.getLayers()) {
      Map<String, INDArray> parameters = layer.paramTable();
      if (parameters != null) {
        scatter(parameters.get("gamma"), 0.6, 1.2, random);
        scatter(parameters.get("beta"), -0.3, 0.3, random);
        scatter(parameters.get("b"), -0.2, 0.2, random);
      }
    }
    Map<String, INDArray> activations = network.feedForward(images, true);
    for (Layer layer : network.getLayers()) {
      String name = layer.conf().getLayer().getLayerName();
      if (layer.conf().getLayer() instanceof BatchNormalization) {
        String read = network.getConfiguration().getVertexInputs().get(name).get(0);
        calibrate(layer.paramTable(), activations.get(read));
      }
    }
    return network;
  }

  private static void calibrate(Map<String, INDArray> parameters, INDArray input) {
    INDArray mean = parameters.get("mean");
    int[] others = {0, 1, 2};
    if (input.rank() == 2) {
      others = new int[] {0};
    } else if (input.size(3) != mean.length()) {
      others = new int[] {0, 2, 3};
    }
    INDArray variance = input.var(false, others).reshape(mean.shape()).addi(0.1);
    mean.assign(input.mean(others).reshape(mean.shape()));
    if (parameters.containsKey("var")) {
      parameters.get("var").assign(variance);
    } else {
      parameters.get("log10stdev").assign(Transforms.log(variance).divi(2 * Math.log(10)));
    }
  }

  private static void scatter(INDArray values, double low, double high, Random random) {
    if (values != null) {
      double[] drawn = random.doubles(values.length(), low, high).toArray();
      values.assign(Nd4j.createFromArray(drawn).reshape(values.shape()));
    }
  }

  /** A network without some channels of each group that channels can go from. */
  static ComputationGraph without(IntPredicate gone, ComputationGraph network, InputType input) {
    ChannelGroups groups = ChannelGroups.of(network, input);
    Slimmer slimmer = Slimmer.of(network, groups);
    for (ChannelGroup group : groups.all()) {
      if (group.fixedReason().isEmpty()) {
        IntStream.range(0, group.channels())
            .filter(gone)
            .forEach(channel -> slimmer.remove(group.name(), channel));
      }
    }
    return slimmer.slim();
  }

  static InputType nhwc(int height, int width, int channels) {
    return InputType.convolutional(height, width, channels, CNN2DFormat.NHWC);
  }

  /** Images [N, C, H, W]. */
  static INDArray images(int count, int channels, int height, int width) {
    Random random = new Random(SEED + 1);
    float[] pixels = new float[count * channels * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(pixels).reshape(count, channels, height, width);
  }

  /** What a network that takes [N, H, W, C] makes of images [N, C, H, W]. */
  static INDArray outputOfNhwc(ComputationGraph network, INDArray images) {
    return network.outputSingle(false, nhwc(images));
  }

  static INDArray nhwc(INDArray images) {
    return images.permute(0, 2, 3, 1).dup('c');
  }

  static void assertWithin(double distance, INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(distance);
  }
}
