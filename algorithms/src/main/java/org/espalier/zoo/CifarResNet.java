package org.espalier.zoo;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;

/**
 * The residual networks for CIFAR of 20, 32, 44, 56 and 110 layers: a 3x3 convolution, three stages
 * of basic blocks with 16, 32 and 64 channels, global average pooling, and a linear classifier.
 *
 * <p>Vertices: {@code conv1}, {@code bn1}, {@code layer1.0.conv1} and so on (see {@link
 * BasicBlock}), {@code pool}, {@code linear}; these are the module names of the PyTorch networks
 * whose weights are published. Weights start normal with variance 2 / fan-in. He et al., <a
 * href="https://arxiv.org/abs/1512.03385">Deep Residual Learning</a>, section 4.2.
 */
public final class CifarResNet {
  /** The depths that the paper names. */
  public static final List<Integer> DEPTHS = List.of(20, 32, 44, 56, 110);

  private static final int[] WIDTHS = {16, 32, 64};

  private CifarResNet() {}

  /**
   * A network of a depth; for 32x32 images in colour and ten classes unless told otherwise.
   *
   * @param depth one of {@link #DEPTHS}
   */
  public static Builder builder(int depth) {
    NetworkOptions.require(
        DEPTHS.contains(depth), "the depth of a CIFAR ResNet must be one of " + DEPTHS, depth);
    return new Builder(depth);
  }

  static ComputationGraphConfiguration configuration(int depth, NetworkOptions options) {
    GraphBuilder graph = options.graph();
    int channels = WIDTHS[0];
    String last =
        BlockParts.unit(
            graph, "", 1, NetworkOptions.INPUT, options.channels(), channels, 3, 1, true);
    int blocks = (depth - 2) / 6;
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int block = 0; block < blocks; block++) {
        String name = "layer" + (stage + 1) + "." + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        last =
            BasicBlock.add(graph, name, last, channels, WIDTHS[stage], stride, options.shortcut());
        channels = WIDTHS[stage];
      }
    }
    graph.addLayer("pool", GlobalAveragePooling.builder().build(), last);
    Output linear =
        Output.builder().nIn(channels).nOut(options.classes()).weightInit(WeightInit.RELU).build();
    return graph.addLayer("linear", linear, "pool").setOutputs("linear").build();
  }

  /** Builds a {@link CifarResNet}. */
  public static final class Builder extends OptionSetters<Builder> {
    private final int depth;

    private Builder(int depth) {
      super(32, 32, 3);
      this.depth = depth;
    }

    @Override
    Builder self() {
      return this;
    }

    /** The network's configuration. */
    public ComputationGraphConfiguration build() {
      return configuration(depth, new NetworkOptions(this));
    }
  }
}
