package org.espalier.jobs.benchmark;

import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.NetworkOptions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Batches of noise, in the size that a network was made for: how fast it is, they tell as well. */
public final class SyntheticBatch {
  private static final String LENET5 = "lenet5";
  private static final String CIFAR_RESNET = "resnet";
  private static final String DENSENET = "densenet";

  private SyntheticBatch() {}

  /**
   * Returns options with the images that a network of the zoo was made for: MNIST's for LeNet-5,
   * CIFAR's for the ResNets for CIFAR and DenseNet-BC, ImageNet's for all others.
   *
   * @param network one of {@link org.espalier.zoo.Networks#names()}
   */
  public static NetworkOptions.Builder options(String network) {
    NetworkOptions.Builder options = NetworkOptions.builder();
    if (network.equals(LENET5)) {
      return options.input(28, 28, 1).classes(10);
    }
    boolean cifar =
        network.startsWith(DENSENET)
            || CifarResNet.DEPTHS.stream().map(d -> CIFAR_RESNET + d).anyMatch(network::equals);
    return cifar ? options.input(32, 32, 3).classes(10) : options.input(224, 224, 3).classes(1000);
  }

  /**
   * Makes a batch of normal numbers and random classes.
   *
   * @param options the images' shape and the classes
   * @param images how many
   * @param seed the run's seed
   * @param task which task of the run it is for
   * @return features [N, H, W, C] and one-hot labels [N, classes], float32
   */
  public static DataSet of(NetworkOptions options, int images, long seed, int task) {
    SplittableRandom random = RandomStreams.of(seed, "benchmark", task);
    int size = images * options.height() * options.width() * options.channels();
    float[] pixels = new float[size];
    for (int i = 0; i < size; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    INDArray labels = Nd4j.zeros(DataType.FLOAT, images, options.classes());
    for (int image = 0; image < images; image++) {
      labels.putScalar(image, random.nextInt(options.classes()), 1);
    }
    long[] shape = {images, options.height(), options.width(), options.channels()};
    INDArray features = Nd4j.create(pixels, shape, 'c');
    return new DataSet(features, labels);
  }
}
