package org.espalier.zoo;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Concatenation;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.Pooling;

/**
 * DenseNet-BC for CIFAR: a 3x3 convolution, three dense blocks with a transition between them,
 * global average pooling, and a linear classifier.
 *
 * <p>Every layer of a dense block reads the concatenation of the block's input and of what all
 * layers before it made, and adds as many channels as the growth rate: batch normalisation with
 * ReLU, 1x1 convolution to four times the growth rate, batch normalisation with ReLU, 3x3
 * convolution. A transition keeps a share of the channels, the compression, by a 1x1 convolution
 * and halves the map by 2x2 average pooling. No convolution has a bias.
 *
 * <p>Vertices: {@code features.conv0}, {@code features.denseblock1.denselayer1.norm1} (with ReLU),
 * {@code .conv1}, {@code .norm2}, {@code .conv2}, {@code .concat}, {@code
 * features.transition1.norm}, {@code .conv}, {@code .pool}, {@code features.norm_final}, {@code
 * pool}, {@code classifier}. Huang et al., <a href="https://arxiv.org/abs/1608.06993">Densely
 * Connected Convolutional Networks</a>, section 3.
 */
public final class DenseNet {
  private static final int BLOCKS = 3;
  private static final int BOTTLENECK = 4;
  private static final int PER_LAYER = 2 * BLOCKS;
  private static final int OTHERS = 4;

  private final int layers;
  private final int growth;
  private final double compression;
  private final NetworkOptions options;
  private final GraphBuilder graph;

  private DenseNet(int depth, int growth, double compression, NetworkOptions options) {
    this.layers = (depth - OTHERS) / PER_LAYER;
    this.growth = growth;
    this.compression = compression;
    this.options = options;
    this.graph = options.graph();
  }

  /**
   * A network of a depth; for 32x32 images in colour and ten classes unless told otherwise.
   *
   * @param depth layers in total, six for each layer of the three blocks and four more: 10, 16, 22,
   *     ..., 100, ...
   */
  public static Builder builder(int depth) {
    NetworkOptions.require(
        depth >= OTHERS + PER_LAYER && (depth - OTHERS) % PER_LAYER == 0,
        "the depth of a DenseNet-BC must be 4 more than a multiple of 6, at least 10",
        depth);
    return new Builder(depth);
  }

  static ComputationGraphConfiguration configuration(
      int depth, int growth, double compression, NetworkOptions options) {
    return new DenseNet(depth, growth, compression, options).build();
  }

  private ComputationGraphConfiguration build() {
    int channels = 2 * growth;
    String last = "features.conv0";
    Convolution stem =
        Convolution.builder(3, 3)
            .nIn(options.channels())
            .nOut(channels)
            .padding(1)
            .inputGradient(false)
            .build();
    graph.addLayer(last, stem, NetworkOptions.INPUT);
    for (int block = 1; block <= BLOCKS; block++) {
      for (int layer = 1; layer <= layers; layer++) {
        String name = "features.denseblock" + block + ".denselayer" + layer;
        last = layer(name + ".", last, channels);
        channels += growth;
      }
      if (block < BLOCKS) {
        int kept = Math.max(1, (int) (channels * compression));
        last = transition("features.transition" + block + ".", last, channels, kept);
        channels = kept;
      }
    }
    last = normalized("features.norm_final", last, channels);
    graph.addLayer("pool", GlobalAveragePooling.builder().build(), last);
    Output classifier =
        Output.builder().nIn(channels).nOut(options.classes()).weightInit(WeightInit.RELU).build();
    return graph.addLayer("classifier", classifier, "pool").setOutputs("classifier").build();
  }

  private String layer(String prefix, String input, int channels) {
    int hidden = BOTTLENECK * growth;
    String first = normalized(prefix + "norm1", input, channels);
    graph.addLayer(
        prefix + "conv1", Convolution.builder(1, 1).nIn(channels).nOut(hidden).build(), first);
    String second = normalized(prefix + "norm2", prefix + "conv1", hidden);
    graph.addLayer(
        prefix + "conv2",
        Convolution.builder(3, 3).nIn(hidden).nOut(growth).padding(1).build(),
        second);
    graph.addVertex(prefix + "concat", new Concatenation(), input, prefix + "conv2");
    return prefix + "concat";
  }

  private String transition(String prefix, String input, int nIn, int nOut) {
    String norm = normalized(prefix + "norm", input, nIn);
    graph.addLayer(prefix + "conv", Convolution.builder(1, 1).nIn(nIn).nOut(nOut).build(), norm);
    graph.addLayer(prefix + "pool", Pooling.average(2, 2).build(), prefix + "conv");
    return prefix + "pool";
  }

  private String normalized(String name, String input, int channels) {
    graph.addLayer(
        name, BatchNorm.builder().nIn(channels).nOut(channels).relu(true).build(), input);
    return name;
  }

  /** Builds a {@link DenseNet}. */
  public static final class Builder extends OptionSetters<Builder> {
    private final int depth;
    private int growth = 12;
    private double compression = 0.5;

    private Builder(int depth) {
      super(32, 32, 3);
      this.depth = depth;
    }

    @Override
    Builder self() {
      return this;
    }

    /** The channels that each layer adds, at least 1; 12 unless told. */
    public Builder growth(int growth) {
      NetworkOptions.require(growth >= 1, "the growth rate must be at least 1", growth);
      this.growth = growth;
      return this;
    }

    /** The share of channels that a transition keeps, above 0 and at most 1; 0.5 unless told. */
    public Builder compression(double compression) {
      NetworkOptions.require(
          compression > 0 && compression <= 1,
          "the compression must be above 0 and at most 1",
          compression);
      this.compression = compression;
      return this;
    }

    /** The network's configuration. */
    public ComputationGraphConfiguration build() {
      return configuration(depth, growth, compression, new NetworkOptions(this));
    }
  }
}
