package org.espalier.zoo;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What a network is built with, whichever it is: classes, image shape, seed, updater, weight decay,
 * data type, shortcut.
 *
 * @param classes how many classes the network tells apart
 * @param height the images' height in pixels
 * @param width the images' width in pixels
 * @param channels the images' channels
 * @param seed the seed of the initial weights
 * @param updater the updater of every parameter
 * @param l2 weight decay of every trainable parameter
 * @param dataType FLOAT or DOUBLE
 * @param shortcut how residual blocks change shape
 */
public record NetworkOptions(
    int classes,
    int height,
    int width,
    int channels,
    long seed,
    IUpdater updater,
    double l2,
    DataType dataType,
    Shortcut shortcut) {
  /** What stands for seed 0, which Deeplearning4j takes for none. */
  private static final long SEED_OF_ZERO = 0x5eed;

  /** The name of every network's input. */
  public static final String INPUT = "input";

  NetworkOptions(OptionSetters<?> set) {
    this(
        set.classes,
        set.height,
        set.width,
        set.channels,
        set.seed,
        set.updater,
        set.l2,
        set.dataType,
        set.shortcut);
  }

  /** Options for 32x32 images in colour and ten classes, unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /** The type of the network's input: NHWC images. */
  public InputType inputType() {
    return InputType.convolutional(height, width, channels, CNN2DFormat.NHWC);
  }

  /** An empty graph with these settings and its input. */
  GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(seed == 0 ? SEED_OF_ZERO : seed)
        .updater(updater.clone())
        .l2(l2)
        .l2Bias(l2)
        .dataType(dataType)
        .graphBuilder()
        .addInputs(INPUT)
        .setInputTypes(inputType());
  }

  static void require(boolean condition, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException("Cannot build a network: " + rule + " (" + value + ")");
    }
  }

  /** Builds {@link NetworkOptions}. */
  public static final class Builder extends OptionSetters<Builder> {
    private Builder() {
      super(32, 32, 3);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The options. */
    public NetworkOptions build() {
      return new NetworkOptions(this);
    }
  }
}
