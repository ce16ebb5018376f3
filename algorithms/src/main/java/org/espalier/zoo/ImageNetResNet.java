package org.espalier.zoo;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.espalier.nn.Pooling;

/**
 * The residual networks for ImageNet of 18, 34, 50, 101 and 152 layers: a 7x7 convolution of stride
 * 2, 3x3 maximum pooling of stride 2, four stages of 64, 128, 256 and 512 channels, global average
 * pooling, and a linear classifier.
 *
 * <p>Depths 18 and 34 are of {@linkplain BasicBlock basic blocks}, the others of {@linkplain
 * BottleneckBlock bottlenecks} with the stride at the 3x3 convolution ("v1.5"). Where the shape
 * changes, the shortcut is {@link Shortcut#PROJECTION}. Vertices: {@code conv1}, {@code bn1},
 * {@code maxpool}, {@code layer1.0.conv1}, {@code layer1.0.downsample.0} and so on, {@code
 * avgpool}, {@code fc}; these are the module names of torchvision, whose published weights fit.
 * Weights start normal with variance 2 / fan-in. He et al., <a
 * href="https://arxiv.org/abs/1512.03385">Deep Residual Learning</a>, table 1.
 */
public final class ImageNetResNet {
  /** The depths that the paper names. */
  public static final List<Integer> DEPTHS = List.of(18, 34, 50, 101, 152);

  private static final int FIRST_WIDTH = 64;
  private static final int SHALLOWEST_BOTTLENECKS = 50;

  private ImageNetResNet() {}

  /**
   * A network of a depth; for 224x224 images in colour and a thousand classes unless told
   * otherwise.
   *
   * @param depth one of {@link #DEPTHS}
   */
  public static Builder builder(int depth) {
    NetworkOptions.require(
        DEPTHS.contains(depth), "the depth of an ImageNet ResNet must be one of " + DEPTHS, depth);
    return new Builder(depth);
  }

  static ComputationGraphConfiguration configuration(int depth, NetworkOptions options) {
    GraphBuilder graph = options.graph();
    String stem =
        BlockParts.unit(
            graph, "", 1, NetworkOptions.INPUT, options.channels(), FIRST_WIDTH, 7, 2, true);
    graph.addLayer("maxpool", Pooling.max(3, 3).stride(2).padding(1).build(), stem);
    boolean bottlenecks = depth >= SHALLOWEST_BOTTLENECKS;
    String last = "maxpool";
    int channels = FIRST_WIDTH;
    List<Integer> stages = blocks(depth);
    for (int stage = 0; stage < stages.size(); stage++) {
      int width = FIRST_WIDTH << stage;
      for (int block = 0; block < stages.get(stage); block++) {
        String name = "layer" + (stage + 1) + "." + block;
        int stride = stage > 0 && block == 0 ? 2 : 1;
        last =
            bottlenecks
                ? BottleneckBlock.add(
                    graph, name, last, channels, width, stride, Shortcut.PROJECTION)
                : BasicBlock.add(graph, name, last, channels, width, stride, Shortcut.PROJECTION);
        channels = bottlenecks ? BottleneckBlock.EXPANSION * width : width;
      }
    }
    graph.addLayer("avgpool", GlobalAveragePooling.builder().build(), last);
    Output fc =
        Output.builder().nIn(channels).nOut(options.classes()).weightInit(WeightInit.RELU).build();
    return graph.addLayer("fc", fc, "avgpool").setOutputs("fc").build();
  }

  /** How many blocks each stage has. */
  private static List<Integer> blocks(int depth) {
    return switch (depth) {
      case 18 -> List.of(2, 2, 2, 2);
      case 34, 50 -> List.of(3, 4, 6, 3);
      case 101 -> List.of(3, 4, 23, 3);
      default -> List.of(3, 8, 36, 3);
    };
  }

  /** Builds an {@link ImageNetResNet}. */
  public static final class Builder extends OptionSetters<Builder> {
    private final int depth;

    private Builder(int depth) {
      super(224, 224, 3);
      this.depth = depth;
      this.classes = 1000;
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
