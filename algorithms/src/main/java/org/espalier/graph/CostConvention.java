package org.espalier.graph;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.CountNonZero;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How other tools and papers count what they call FLOPs, so that their published numbers can be
 * compared with ours.
 *
 * <p>Only what convolutions, dense layers and batch normalisation contribute is counted. What some
 * tools add for pooling, activations and softmax depends there on whether the network's author
 * wrote a module or called a function, and is left out.
 */
public enum CostConvention {
  /** Ours: multiply-accumulates of convolution and dense layers, at their real sizes. */
  ESPALIER,

  /**
   * The pytorch-OpCounter (thop) of the beginning: MACs, biases of convolutions, and 4 for each
   * value normalised.
   */
  THOP_EARLY(true, 4),

  /** thop 0.0.31: MACs, biases of convolutions, and 2 for each value normalised. */
  THOP_0_0_31(true, 2),

  /** thop 0.1.1: MACs, and 4 for each value normalised; biases do not count any more. */
  THOP_0_1_1(false, 4),

  /** ABCPruner (arXiv:2001.08565) prints what the early thop counts. */
  ABCPRUNER(true, 4),

  /**
   * HRank (arXiv:2002.10179): filters that are zero count as removed, but what they would have fed
   * does not get smaller, so each convolution has as many input channels as in the original
   * network; the dense layer counts with its bias, batch normalisation not at all. Its parameters
   * follow the same rule.
   */
  HRANK,

  /** HRankPlus prints what thop 0.0.31 counts. */
  HRANK_PLUS(true, 2),

  /** CHEX (arXiv:2203.15794): MACs times the share of weights that are not zero. */
  CHEX;

  private final boolean biases;
  private final int perNormalized;

  CostConvention() {
    this(false, 0);
  }

  CostConvention(boolean biases, int perNormalized) {
    this.biases = biases;
    this.perNormalized = perNormalized;
  }

  /**
   * A network's cost by a convention.
   *
   * @param parameters parameters
   * @param operations what the convention calls FLOPs, for one example
   */
  public record Count(long parameters, long operations) {}

  /** Returns the name by which configurations and reports know the convention. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Counts a network that is its own original.
   *
   * @param graph an initialised network
   * @param inputs the type of each input in the network's order
   * @throws IllegalArgumentException as {@link Cost#of} does
   */
  public Count count(ComputationGraph graph, InputType... inputs) {
    return count(graph, graph, inputs);
  }

  /**
   * Counts a network that was made of another one.
   *
   * @param graph an initialised network
   * @param original the network that it was made of; only {@link #HRANK} looks at it, at the layers
   *     of the same name
   * @param inputs the type of each input in the network's order
   * @throws IllegalArgumentException as {@link Cost#of} does
   */
  public Count count(ComputationGraph graph, ComputationGraph original, InputType... inputs) {
    Cost cost = Cost.of(graph, inputs);
    Map<String, LayerCost> layers =
        cost.layers().stream().collect(Collectors.toMap(LayerCost::name, Function.identity()));
    long parameters = 0;
    long operations = 0;
    for (LayerCost layer : layers.values()) {
      if (layer.parameters() == 0) {
        continue;
      }
      switch (this) {
        case HRANK -> {
          Filters filters = new Filters(graph, original, layer.name());
          parameters += filters.parameters();
          operations += filters.operations(layer);
        }
        case CHEX -> {
          parameters += layer.parameters();
          operations += Math.round(layer.macs() * density(graph.getLayer(layer.name())));
        }
        default -> {
          parameters += layer.parameters();
          operations += layer.macs() + (long) perNormalized * layer.normalized();
          if (biases && isConvolution(graph.getLayer(layer.name()))) {
            operations += layer.biasAdditions();
          }
        }
      }
    }
    return new Count(parameters, operations);
  }

  private static boolean isConvolution(Layer layer) {
    return LayerWeights.kind(layer) instanceof ConvolutionLayer;
  }

  private static boolean isDense(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer kind = LayerWeights.kind(layer);
    return kind instanceof DenseLayer || kind instanceof BaseOutputLayer;
  }

  private static double density(Layer layer) {
    long weights = 0;
    long filled = 0;
    for (INDArray array : LayerWeights.multiplied(layer).values()) {
      weights += array.length();
      filled += nonZero(array);
    }
    return weights == 0 ? 1 : (double) filled / weights;
  }

  private static long nonZero(INDArray array) {
    return Nd4j.getExecutioner().exec(new CountNonZero(array)).getLong(0);
  }

  /** A layer's filters as HRank sees them. */
  private static final class Filters {
    private final Layer layer;
    private final double inputs;
    private final double alive;

    Filters(ComputationGraph graph, ComputationGraph original, String name) {
      this.layer = graph.getLayer(name);
      Layer before = original.getLayer(name);
      this.inputs = before == null ? 1 : (double) channelsIn(before) / channelsIn(layer);
      this.alive = isPlainConvolution() ? aliveShare() : 1;
    }

    private static long channelsIn(Layer layer) {
      return LayerWeights.kind(layer) instanceof FeedForwardLayer kind && kind.getNIn() > 0
          ? kind.getNIn()
          : 1;
    }

    private boolean isPlainConvolution() {
      org.deeplearning4j.nn.conf.layers.Layer kind = LayerWeights.kind(layer);
      return kind instanceof ConvolutionLayer
          && !(kind instanceof Deconvolution2D)
          && !(kind instanceof DepthwiseConvolution2D)
          && !(kind instanceof SeparableConvolution2D);
    }

    private double aliveShare() {
      INDArray weights = layer.paramTable().get("W");
      INDArray greatest = weights.reshape('c', weights.size(0), -1).amax(1);
      return (double) nonZero(greatest) / weights.size(0);
    }

    private long weights() {
      return LayerWeights.multiplied(layer).values().stream().mapToLong(INDArray::length).sum();
    }

    private double factor() {
      return isConvolution(layer) ? inputs * alive : 1;
    }

    long parameters() {
      if (!isConvolution(layer) && !isDense(layer)) {
        return 0;
      }
      INDArray bias = isDense(layer) ? layer.paramTable().get("b") : null;
      return Math.round(weights() * factor()) + (bias == null ? 0 : bias.length());
    }

    long operations(LayerCost cost) {
      return Math.round(cost.macs() * factor()) + (isDense(layer) ? cost.biasAdditions() : 0);
    }
  }
}
