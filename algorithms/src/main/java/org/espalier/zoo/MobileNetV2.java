package org.espalier.zoo;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.activations.Activation;

/**
 * MobileNetV2: a 3x3 convolution, 17 inverted residual blocks in seven stages, a 1x1 convolution,
 * global average pooling, and a linear classifier.
 *
 * <p>A block widens its input six times by a 1x1 convolution (the first block does not), filters
 * each channel by a 3x3 depthwise convolution, and narrows the result by a 1x1 convolution without
 * activation; where the shape stays, the input is added. All other activations are ReLU6. No
 * convolution has a bias. Widths are multiplied by the width multiplier and rounded to multiples of
 * 8, never down by more than a tenth; the last convolution is never narrower than {@value
 * #LAST_WIDTH}. There is no dropout.
 *
 * <p>Vertices: {@code features.0.0} (convolution), {@code features.0.1} (batch normalisation),
 * {@code features.0.2} (ReLU6), {@code features.1.conv.0.0} and so on, {@code features.2.add},
 * {@code pool}, {@code classifier.1}; where they have weights, these are the module names of
 * torchvision. Sandler et al., <a href="https://arxiv.org/abs/1801.04381">MobileNetV2</a>, table 2.
 */
public final class MobileNetV2 {
  private static final int FIRST_WIDTH = 32;
  private static final int LAST_WIDTH = 1280;
  private static final int EXPANSION = 6;
  private static final int SMALLEST_IMAGENET = 96;

  /** Channels and number of blocks of each stage. */
  private static final int[][] STAGES = {
    {16, 1}, {24, 2}, {32, 3}, {64, 4}, {96, 3}, {160, 3}, {320, 1}
  };

  /** Where maps are halved. */
  public enum Strides {
    /** The paper's: 32 times smaller at the end, for images of about 224x224 pixels. */
    IMAGENET,
    /** The first two halvings left out: 8 times smaller at the end, for 32x32 pixels. */
    CIFAR;

    private int stem() {
      return this == IMAGENET ? 2 : 1;
    }

    private int stage(int stage) {
      return switch (stage) {
        case 1 -> stem();
        case 2, 3, 5 -> 2;
        default -> 1;
      };
    }

    /** The paper's for images with both sides of at least 96 pixels, else those for CIFAR. */
    static Strides of(NetworkOptions options) {
      return Math.min(options.height(), options.width()) >= SMALLEST_IMAGENET ? IMAGENET : CIFAR;
    }
  }

  private final NetworkOptions options;
  private final GraphBuilder graph;

  private MobileNetV2(NetworkOptions options) {
    this.options = options;
    this.graph = options.graph();
  }

  /** A network; for 224x224 images in colour and a thousand classes unless told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  static ComputationGraphConfiguration configuration(
      double width, Strides strides, NetworkOptions options) {
    return new MobileNetV2(options).build(width, strides);
  }

  private ComputationGraphConfiguration build(double width, Strides strides) {
    int channels = rounded(FIRST_WIDTH * width);
    String last =
        convolution(
            "features.0", NetworkOptions.INPUT, options.channels(), channels, 3, strides.stem());
    int number = 1;
    for (int stage = 0; stage < STAGES.length; stage++) {
      int out = rounded(STAGES[stage][0] * width);
      for (int block = 0; block < STAGES[stage][1]; block++) {
        int stride = block == 0 ? strides.stage(stage) : 1;
        last =
            block("features." + number, last, channels, out, number == 1 ? 1 : EXPANSION, stride);
        channels = out;
        number++;
      }
    }
    int features = rounded(LAST_WIDTH * Math.max(1, width));
    last = convolution("features." + number, last, channels, features, 1, 1);
    graph.addLayer("pool", GlobalAveragePooling.builder().build(), last);
    Output classifier =
        Output.builder().nIn(features).nOut(options.classes()).weightInit(WeightInit.RELU).build();
    return graph.addLayer("classifier.1", classifier, "pool").setOutputs("classifier.1").build();
  }

  private String block(String name, String input, int nIn, int nOut, int expansion, int stride) {
    String prefix = name + ".conv.";
    int hidden = nIn * expansion;
    int part = 0;
    String last = input;
    if (expansion > 1) {
      last = convolution(prefix + part++, last, nIn, hidden, 1, 1);
    }
    last = depthwise(prefix + part++, last, hidden, stride);
    last = pointwise(prefix + part++, last, hidden, nOut);
    last = normalization(prefix + part, last, nOut);
    if (stride > 1 || nIn != nOut) {
      return last;
    }
    graph.addVertex(name + ".add", new ResidualSum(false), input, last);
    return name + ".add";
  }

  private String convolution(String name, String input, int nIn, int nOut, int kernel, int stride) {
    Convolution.Builder convolution =
        Convolution.builder(kernel, kernel)
            .nIn(nIn)
            .nOut(nOut)
            .stride(stride)
            .padding(kernel / 2)
            .inputGradient(!input.equals(NetworkOptions.INPUT));
    graph.addLayer(name + ".0", convolution.build(), input);
    return activated(name, nOut);
  }

  private String depthwise(String name, String input, int channels, int stride) {
    DepthwiseConvolution2D depthwise =
        new DepthwiseConvolution2D.Builder(3, 3)
            .nIn(channels)
            .stride(stride, stride)
            .padding(1, 1)
            .convolutionMode(ConvolutionMode.Truncate)
            .dataFormat(CNN2DFormat.NHWC)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.RELU)
            .build();
    graph.addLayer(name + ".0", depthwise, input);
    return activated(name, channels);
  }

  private String pointwise(String name, String input, int nIn, int nOut) {
    graph.addLayer(name, Convolution.builder(1, 1).nIn(nIn).nOut(nOut).build(), input);
    return name;
  }

  private String activated(String name, int channels) {
    normalization(name + ".1", name + ".0", channels);
    graph.addLayer(name + ".2", new ActivationLayer(Activation.RELU6), name + ".1");
    return name + ".2";
  }

  private String normalization(String name, String input, int channels) {
    graph.addLayer(name, BatchNorm.builder().nIn(channels).nOut(channels).build(), input);
    return name;
  }

  /** The nearest multiple of 8, or the next one where that is more than a tenth too small. */
  private static int rounded(double channels) {
    int nearest = Math.max(8, (int) (channels + 4) / 8 * 8);
    return nearest < 0.9 * channels ? nearest + 8 : nearest;
  }

  /** Builds a {@link MobileNetV2}. */
  public static final class Builder extends OptionSetters<Builder> {
    private double multiplier = 1;
    private Strides strides;

    private Builder() {
      super(224, 224, 3);
      this.classes = 1000;
    }

    @Override
    Builder self() {
      return this;
    }

    /** The width multiplier, above 0; 1 unless told. */
    public Builder widthMultiplier(double multiplier) {
      NetworkOptions.require(
          multiplier > 0 && Double.isFinite(multiplier),
          "the width multiplier must be above 0",
          multiplier);
      this.multiplier = multiplier;
      return this;
    }

    /**
     * Where maps are halved; unless told, {@link Strides#IMAGENET} for images with both sides of at
     * least 96 pixels, else {@link Strides#CIFAR}.
     */
    public Builder strides(Strides strides) {
      NetworkOptions.require(strides != null, "strides are needed", strides);
      this.strides = strides;
      return this;
    }

    /** The network's configuration. */
    public ComputationGraphConfiguration build() {
      NetworkOptions options = new NetworkOptions(this);
      return configuration(multiplier, strides == null ? Strides.of(options) : strides, options);
    }
  }
}
