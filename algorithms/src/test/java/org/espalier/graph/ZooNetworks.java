package org.espalier.graph;

import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.model.AlexNet;
import org.deeplearning4j.zoo.model.Darknet19;
import org.deeplearning4j.zoo.model.FaceNetNN4Small2;
import org.deeplearning4j.zoo.model.InceptionResNetV1;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.NASNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TinyYOLO;
import org.deeplearning4j.zoo.model.UNet;
import org.deeplearning4j.zoo.model.VGG16;
import org.deeplearning4j.zoo.model.VGG19;
import org.deeplearning4j.zoo.model.Xception;
import org.deeplearning4j.zoo.model.YOLO2;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The feed-forward networks of Deeplearning4j's zoo, at small sizes, with sound weights. */
final class ZooNetworks {
  private ZooNetworks() {}

  /** A network of the zoo for square images of a side. */
  static ComputationGraph named(String name, int side) {
    int[] shape = {name.equals("LeNet") ? 1 : 3, side, side};
    ZooModel<?> model =
        switch (name) {
          case "AlexNet" -> AlexNet.builder().numClasses(10).inputShape(shape).build();
          case "Darknet19" -> Darknet19.builder().numClasses(10).inputShape(shape).build();
          case "FaceNetNN4Small2" ->
              FaceNetNN4Small2.builder().numClasses(10).inputShape(shape).build();
          case "InceptionResNetV1" ->
              InceptionResNetV1.builder().numClasses(10).inputShape(shape).build();
          case "LeNet" -> LeNet.builder().numClasses(10).inputShape(shape).build();
          case "NASNet" -> NASNet.builder().numClasses(10).inputShape(shape).build();
          case "ResNet50" -> ResNet50.builder().numClasses(10).inputShape(shape).build();
          case "SimpleCNN" -> SimpleCNN.builder().numClasses(10).inputShape(shape).build();
          case "SqueezeNet" -> SqueezeNet.builder().numClasses(10).inputShape(shape).build();
          case "TinyYOLO" -> TinyYOLO.builder().numClasses(10).inputShape(shape).build();
          case "UNet" -> UNet.builder().inputShape(shape).build();
          case "VGG16" -> VGG16.builder().numClasses(10).inputShape(shape).build();
          case "VGG19" -> VGG19.builder().numClasses(10).inputShape(shape).build();
          case "Xception" -> Xception.builder().numClasses(10).inputShape(shape).build();
          case "YOLO2" -> YOLO2.builder().numClasses(10).inputShape(shape).build();
          default -> throw new IllegalArgumentException("no such network: " + name);
        };
    Model network = model.init();
    return network instanceof MultiLayerNetwork layers
        ? layers.toComputationGraph()
        : (ComputationGraph) network;
  }

  /** Normal numbers from a seed. */
  static INDArray normal(long seed, double mean, double deviation, long... shape) {
    Random random = new Random(seed);
    int length = 1;
    for (long size : shape) {
      length *= (int) size;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return Nd4j.createFromArray(values).reshape('c', shape.clone());
  }

  /** Numbers spread evenly from a seed, [1, length]. */
  private static INDArray uniform(long seed, double from, double to, long length) {
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (from + (to - from) * random.nextDouble());
    }
    return Nd4j.createFromArray(values).reshape(1, length);
  }

  /**
   * Gives weights that keep activations in range, and batch normalisations statistics, scales and
   * shifts that do something.
   */
  static void fill(ComputationGraph network) {
    int[] seed = {1};
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      Layer kind = layer.conf().getLayer();
      layer
          .paramTable()
          .forEach(
              (name, array) -> {
                INDArray value = value(kind, name, array, seed[0]++);
                if (value != null) {
                  array.assign(value.reshape(array.shape()));
                }
              });
    }
  }

  private static INDArray value(Layer kind, String name, INDArray array, long seed) {
    if (kind instanceof BatchNormalization) {
      return switch (name) {
        case "gamma" -> uniform(seed, 0.6, 1.4, array.length());
        case "var" -> uniform(seed, 0.6, 1.6, array.length());
        case "log10stdev" -> uniform(seed, -0.1, 0.1, array.length());
        default -> uniform(seed, -0.3, 0.3, array.length());
      };
    }
    if (array.rank() == 4) {
      boolean depthwise = kind.getClass().getSimpleName().equals("DepthwiseConvolution2D");
      boolean separable =
          kind.getClass().getSimpleName().equals("SeparableConvolution2D") && name.equals("W");
      double fanIn = array.length() / (double) array.size(0);
      if (depthwise) {
        fanIn = array.size(0) * array.size(1);
      } else if (separable) {
        fanIn = array.size(2) * array.size(3);
      }
      return normal(seed, 0, Math.sqrt(1.6 / fanIn), array.shape());
    }
    if (name.equals("W")) {
      return normal(seed, 0, Math.sqrt(1.0 / array.size(0)), array.shape());
    }
    return name.equals("b") ? uniform(seed, -0.1, 0.1, array.length()) : null;
  }
}
