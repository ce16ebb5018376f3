package org.espalier.prune.scop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.espalier.nn.ResidualSum;

/**
 * Finds the residual blocks of a network.
 *
 * <p>From each sum the walk goes back along each input: batch normalisation, control factors where
 * there are any, convolution, and again, as long as nothing else reads what lies between. It ends
 * where the shortcut branches off. The longest chain is the block's branch; the others are
 * shortcuts, whether identity, padding or convolution. Basic blocks have two convolutions,
 * bottleneck blocks three; any number will do.
 */
final class ResidualBlocks {
  private final ComputationGraphConfiguration configuration;
  private final Map<String, Integer> readers = new HashMap<>();

  private ResidualBlocks(ComputationGraphConfiguration configuration) {
    this.configuration = configuration;
    configuration
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.forEach(input -> readers.merge(input, 1, Integer::sum)));
  }

  /**
   * Returns the blocks, in the order in which the configuration lists their sums.
   *
   * @throws IllegalArgumentException when there are none, or a sum has two longest chains
   */
  static List<ResidualBlock> of(ComputationGraphConfiguration configuration) {
    List<ResidualBlock> blocks = new ResidualBlocks(configuration).find();
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot prune this network: it has no residual block of NHWC convolutions, each followed"
              + " by batch normalisation ("
              + configuration.getVertices().size()
              + " vertices)");
    }
    return blocks;
  }

  /** Returns the units of all blocks. */
  static List<PrunableUnit> units(ComputationGraphConfiguration configuration) {
    return of(configuration).stream().flatMap(block -> block.units().stream()).toList();
  }

  private List<ResidualBlock> find() {
    List<ResidualBlock> blocks = new ArrayList<>();
    for (Map.Entry<String, GraphVertex> vertex : configuration.getVertices().entrySet()) {
      if (isSum(vertex.getValue())) {
        List<PrunableUnit> branch = branch(vertex.getKey());
        if (!branch.isEmpty()) {
          blocks.add(new ResidualBlock(vertex.getKey(), branch));
        }
      }
    }
    return blocks;
  }

  private List<PrunableUnit> branch(String sum) {
    List<PrunableUnit> longest = List.of();
    boolean tie = false;
    for (String input : configuration.getVertexInputs().get(sum)) {
      List<PrunableUnit> chain = chain(input);
      tie =
          chain.size() == longest.size() ? !chain.isEmpty() : tie && chain.size() < longest.size();
      longest = chain.size() > longest.size() ? chain : longest;
    }
    if (tie) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot prune the block that ends in %s: two of its branches have as many convolutions"
                  + " (%d), so that neither is the shortcut",
              sum, longest.size()));
    }
    return longest;
  }

  private List<PrunableUnit> chain(String end) {
    Deque<PrunableUnit> units = new ArrayDeque<>();
    String at = end;
    while (true) {
      while (isRead(at) && layer(at) instanceof ActivationLayer) {
        at = input(at);
      }
      PrunableUnit unit = unit(at);
      if (unit == null) {
        return List.copyOf(units);
      }
      units.addFirst(unit);
      at = input(unit.convolution());
    }
  }

  /** Returns the unit whose batch normalisation is at a vertex, or null. */
  private PrunableUnit unit(String at) {
    if (!isRead(at) || !(layer(at) instanceof BatchNormalization)) {
      return null;
    }
    String below = input(at);
    String factor = null;
    if (isRead(below) && layer(below) instanceof ControlFactor) {
      factor = below;
      below = input(below);
    }
    return isRead(below) && isConvolution(layer(below))
        ? new PrunableUnit(below, factor, at)
        : null;
  }

  /** Tells whether exactly one vertex reads this one, and it is no output. */
  private boolean isRead(String vertex) {
    return readers.getOrDefault(vertex, 0) == 1
        && !configuration.getNetworkOutputs().contains(vertex);
  }

  private String input(String vertex) {
    return configuration.getVertexInputs().get(vertex).get(0);
  }

  private Layer layer(String vertex) {
    return configuration.getVertices().get(vertex) instanceof LayerVertex holder
        ? holder.getLayerConf().getLayer()
        : null;
  }

  private static boolean isSum(GraphVertex vertex) {
    return vertex instanceof ResidualSum
        || (vertex instanceof ElementWiseVertex elementWise
            && elementWise.getOp() == ElementWiseVertex.Op.Add);
  }

  private static boolean isConvolution(Layer layer) {
    return layer instanceof ConvolutionLayer convolution
        && convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC
        && !(layer instanceof Deconvolution2D
            || layer instanceof DepthwiseConvolution2D
            || layer instanceof SeparableConvolution2D);
  }
}
