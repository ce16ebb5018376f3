package org.espalier.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * What a network costs: trainable parameters, and multiply-accumulates (MACs) for one example.
 *
 * <p>Parameters are all that training changes by gradients, so batch normalisation's running
 * statistics do not count. MACs are those of convolution and dense layers, at the sizes that the
 * network really has: each weight of a convolution is multiplied once for each pixel of its output,
 * each weight of a dense layer once. Additions of biases, batch normalisation, activations and
 * pooling do not count. Twice the MACs are what some papers call FLOPs.
 *
 * @param parameters trainable parameters
 * @param macs multiply-accumulates for one example
 * @param layers the same for each layer that has parameters, in the network's order
 */
public record Cost(long parameters, long macs, List<LayerCost> layers) {
  private static final Set<String> WEIGHTS = Set.of("W", "dW", "pW");
  private static final Set<String> RUNNING_STATISTICS = Set.of("mean", "var", "log10stdev");

  /** A cost whose list is copied. */
  public Cost {
    layers = List.copyOf(layers);
  }

  /**
   * Counts a network's cost.
   *
   * @param graph an initialised network
   * @param inputs the type of each input in the network's order; a network does not know its
   *     images' size
   * @throws IllegalArgumentException where the inputs do not fit, or a convolution is not a plain
   *     two-dimensional one
   */
  public static Cost of(ComputationGraph graph, InputType... inputs) {
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    if (inputs.length != configuration.getNetworkInputs().size()) {
      throw new IllegalArgumentException(
          "Cannot count the cost: the network has %d inputs (%d types given)"
              .formatted(configuration.getNetworkInputs().size(), inputs.length));
    }
    Map<String, InputType> outputs = configuration.getLayerActivationTypes(true, false, inputs);
    List<LayerCost> layers = new ArrayList<>();
    for (GraphVertex vertex : graph.getVertices()) {
      if (vertex.hasLayer() && vertex.getLayer().numParams() > 0) {
        layers.add(
            layer(vertex.getVertexName(), vertex.getLayer(), outputs.get(vertex.getVertexName())));
      }
    }
    return new Cost(
        layers.stream().mapToLong(LayerCost::parameters).sum(),
        layers.stream().mapToLong(LayerCost::macs).sum(),
        layers);
  }

  private static LayerCost layer(String name, Layer layer, InputType output) {
    org.deeplearning4j.nn.conf.layers.Layer kind = layer.conf().getLayer();
    long parameters =
        layer.paramTable().entrySet().stream()
            .filter(
                entry ->
                    !(kind instanceof BatchNormalization)
                        || !RUNNING_STATISTICS.contains(entry.getKey()))
            .mapToLong(entry -> entry.getValue().length())
            .sum();
    long macs = 0;
    if (kind instanceof ConvolutionLayer) {
      macs = weights(layer) * pixels(name, kind, output);
    } else if (kind instanceof DenseLayer || kind instanceof BaseOutputLayer) {
      macs = weights(layer);
    }
    return new LayerCost(name, kind.getClass().getSimpleName(), parameters, macs);
  }

  private static long weights(Layer layer) {
    return layer.paramTable().entrySet().stream()
        .filter(entry -> WEIGHTS.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().length())
        .sum();
  }

  private static long pixels(
      String name, org.deeplearning4j.nn.conf.layers.Layer kind, InputType output) {
    if (!(output instanceof InputType.InputTypeConvolutional map)
        || kind instanceof Deconvolution2D) {
      throw new IllegalArgumentException(
          "Cannot count the cost of layer %s: only two-dimensional convolutions are counted (%s)"
              .formatted(name, kind.getClass().getSimpleName()));
    }
    return map.getHeight() * map.getWidth();
  }
}
