package org.espalier.zoo;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What every network's builder lets its user set. */
abstract class OptionSetters<B extends OptionSetters<B>> {
  int classes = 10;
  int height;
  int width;
  int channels;
  long seed;
  double l2;
  IUpdater updater = new Nesterovs(0.1, 0.9);
  DataType dataType = DataType.FLOAT;
  Shortcut shortcut = Shortcut.IDENTITY;

  OptionSetters(int height, int width, int channels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
  }

  abstract B self();

  /** How many classes the network tells apart, at least 2; 10 unless told, 1000 for ImageNet. */
  public B classes(int classes) {
    NetworkOptions.require(classes >= 2, "classes must be at least 2", classes);
    this.classes = classes;
    return self();
  }

  /** The images' height, width and channels, each at least 1. */
  public B input(int height, int width, int channels) {
    NetworkOptions.require(height >= 1, "the images' height must be at least 1", height);
    NetworkOptions.require(width >= 1, "the images' width must be at least 1", width);
    NetworkOptions.require(channels >= 1, "the images' channels must be at least 1", channels);
    this.height = height;
    this.width = width;
    this.channels = channels;
    return self();
  }

  /** The seed of the initial weights; 0 unless told. */
  public B seed(long seed) {
    this.seed = seed;
    return self();
  }

  /** The updater of every parameter; Nesterov momentum 0.9 at learning rate 0.1 unless told. */
  public B updater(IUpdater updater) {
    NetworkOptions.require(updater != null, "an updater is needed", updater);
    this.updater = updater;
    return self();
  }

  /**
   * Weight decay, at least 0: {@code l2 * parameter} is added to each gradient, of every trainable
   * parameter (biases, gamma and beta too), as PyTorch's optimisers do; 0 unless told.
   */
  public B l2(double l2) {
    NetworkOptions.require(l2 >= 0 && Double.isFinite(l2), "l2 must be a number from 0 on", l2);
    this.l2 = l2;
    return self();
  }

  /** FLOAT or DOUBLE; FLOAT unless told. */
  public B dataType(DataType dataType) {
    NetworkOptions.require(
        dataType == DataType.FLOAT || dataType == DataType.DOUBLE,
        "the data type must be FLOAT or DOUBLE",
        dataType);
    this.dataType = dataType;
    return self();
  }

  /**
   * How residual blocks change shape; {@link Shortcut#IDENTITY} unless told. Networks without such
   * blocks ignore it, and so do those for ImageNet: theirs is {@link Shortcut#PROJECTION}.
   */
  public B shortcut(Shortcut shortcut) {
    NetworkOptions.require(shortcut != null, "a shortcut is needed", shortcut);
    this.shortcut = shortcut;
    return self();
  }
}
