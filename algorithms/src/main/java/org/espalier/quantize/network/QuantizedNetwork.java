package org.espalier.quantize.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The integers of a network in deployment form, for whoever writes them down or computes with them.
 */
public final class QuantizedNetwork {
  /**
   * A layer with integer weights.
   *
   * @param name the node
   * @param layer the layer's own configuration
   * @param weights the integers, channel by channel, which is [out, in, kH, kW] for a convolution,
   *     [in, multiplier, kH, kW] for a depthwise one, and [out, in] for a dense layer
   * @param bias one number for each output channel, or null
   * @param input the grid of what it reads; empty where that is not quantised
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record WeightedLayer(
      String name,
      Layer layer,
      IntegerWeights weights,
      float[] bias,
      Optional<Quantization> input) {
    /** Returns the same layer with other weights. */
    WeightedLayer withWeights(IntegerWeights other) {
      return new WeightedLayer(name, layer, other, bias, input);
    }

    /**
     * Returns the bias as integers of scale {@code input scale * weight scale}, rounded to the
     * nearest, halves to even.
     *
     * @throws IllegalArgumentException when the layer has no bias or its input is not quantised
     */
    public int[] biasCodes() {
      if (bias == null || input.isEmpty()) {
        throw new IllegalArgumentException(
            "Cannot quantise a bias: "
                + (bias == null ? "there is none" : "the layer's input is not quantised")
                + " ("
                + name
                + ")");
      }
      int[] codes = new int[bias.length];
      for (int c = 0; c < codes.length; c++) {
        float scale = input.get().scale() * weights.scales()[c];
        double code = Math.rint((double) bias[c] / scale);
        codes[c] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, code));
      }
      return codes;
    }
  }

  private final NetworkGraph graph;
  private final Map<String, WeightedLayer> layers = new LinkedHashMap<>();
  private final Map<String, Quantization> activations = new LinkedHashMap<>();

  private QuantizedNetwork(ComputationGraph network) {
    this.graph = NetworkGraph.of(network);
    for (Node node : graph.nodes()) {
      if (node.layer() instanceof FixedActivation activation) {
        activations.put(node.name(), activation.quantization());
      } else if (node.layer() instanceof QuantizedLayer layer
          && layer.quantizer() instanceof FixedWeights) {
        layers.put(node.name(), weighted(node, layer, network));
      }
    }
  }

  /**
   * Reads the integers of a network that was converted.
   *
   * @throws IllegalArgumentException when the network has no integer weights
   */
  public static QuantizedNetwork of(ComputationGraph deployed) {
    QuantizedNetwork network = new QuantizedNetwork(deployed);
    if (network.layers.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read integers: the network is not in deployment form ("
              + network.graph.nodes().size()
              + " nodes)");
    }
    return network;
  }

  /** Returns whether a network is in deployment form. */
  public static boolean isDeployed(ComputationGraph network) {
    return !new QuantizedNetwork(network).layers.isEmpty();
  }

  private WeightedLayer weighted(Node node, QuantizedLayer layer, ComputationGraph network) {
    Map<String, INDArray> table = network.getVertex(node.name()).paramTable(false);
    INDArray bias = table.get(ConvolutionParamInitializer.BIAS_KEY);
    return new WeightedLayer(
        node.name(),
        layer.getUnderlying(),
        layer.integers(table),
        bias == null ? null : bias.dup().toFloatVector(),
        grid(node.inputs().get(0)));
  }

  /** The grid that a node's values lie on. */
  private Optional<Quantization> grid(String name) {
    if (activations.containsKey(name)) {
      return Optional.of(activations.get(name));
    }
    if (graph.inputs().contains(name)) {
      return Optional.empty();
    }
    Node node = graph.node(name);
    return Placement.movesValues(node) || Placement.isRectifier(node)
        ? grid(node.inputs().get(0))
        : Optional.empty();
  }

  /** Returns the layers with integer weights, in order. */
  public List<WeightedLayer> layers() {
    return new ArrayList<>(layers.values());
  }

  /**
   * Returns a layer.
   *
   * @throws IllegalArgumentException when there is no layer of that name with integer weights
   */
  public WeightedLayer layer(String name) {
    WeightedLayer layer = layers.get(name);
    if (layer == null) {
      throw new IllegalArgumentException(
          "Cannot read integers: no layer of that name has integer weights (" + name + ")");
    }
    return layer;
  }

  /** Returns the grids of activations, by the name of the node that rounds to them, in order. */
  public Map<String, Quantization> activations() {
    return new LinkedHashMap<>(activations);
  }

  /** Returns how many bytes the weights need, packed, without scales and biases. */
  public long packedBytes() {
    return layers.values().stream()
        .mapToLong(
            layer -> ((long) layer.weights().codes().length * layer.weights().bits() + 7) / 8)
        .sum();
  }

  /** Returns the shape of a layer's weights as the network has them. */
  public long[] shape(String name) {
    return WeightLayout.of(layer(name).layer()).shape().clone();
  }
}
