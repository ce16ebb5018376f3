package org.espalier.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * What a network costs: trainable parameters, multiply-accumulates (MACs) for one example, memory
 * of activations, and size on disk.
 *
 * <p>Parameters are all that training changes by gradients, so batch normalisation's running
 * statistics do not count. MACs are those of convolution and dense layers, at the sizes that the
 * network really has: each weight of a convolution is multiplied once for each pixel of its output
 * (of a transposed convolution: of its input), each weight of a dense layer once. In a depthwise or
 * grouped convolution a weight belongs to one input channel of its group, so that the same rule
 * holds. Additions of biases, batch normalisation, activations and pooling do not count. Twice the
 * MACs are what some papers call FLOPs; {@link CostConvention} has the rules of other tools.
 *
 * <p>Memory of activations is that of the vertices' outputs for one example: each vertex's output
 * counts once, in the network's data type; the network's inputs, what layers hold inside, gradients
 * and workspaces do not count. The total is what training keeps for the backward pass; {@link
 * #peakActivationBytes} is what inference has to hold at once.
 *
 * @param parameters trainable parameters
 * @param macs multiply-accumulates for one example
 * @param activationBytes bytes of all vertices' outputs for one example
 * @param peakActivationBytes the greatest number of bytes alive at once for one example, where
 *     vertices are computed in the network's order and an output, or an input of the network, is
 *     dropped after its last reader
 * @param sizeBytes bytes of all parameters as they are stored, running statistics included, without
 *     the updater's state and the configuration
 * @param layers the same for each vertex but the network's inputs, in the network's order
 */
public record Cost(
    long parameters,
    long macs,
    long activationBytes,
    long peakActivationBytes,
    long sizeBytes,
    List<LayerCost> layers) {

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
   * @throws IllegalArgumentException where the inputs do not fit, or a layer is of a kind whose
   *     multiply-accumulates are not known, such as a recurrent one
   */
  public static Cost of(ComputationGraph graph, InputType... inputs) {
    Map<String, InputType> outputs = outputs(graph, inputs);
    int width = graph.getConfiguration().getDataType().width();
    List<LayerCost> layers = new ArrayList<>();
    for (GraphVertex vertex : graph.getVertices()) {
      if (!vertex.isInputVertex()) {
        layers.add(layer(graph, vertex, outputs, width));
      }
    }
    return new Cost(
        sum(layers, LayerCost::parameters),
        sum(layers, LayerCost::macs),
        sum(layers, LayerCost::activationBytes),
        LiveActivations.peak(graph, name -> bytes(name, outputs.get(name), width)),
        sum(layers, LayerCost::sizeBytes),
        layers);
  }

  /**
   * Returns what every vertex puts out, the network's inputs included.
   *
   * @param graph an initialised network
   * @param inputs the type of each input in the network's order
   * @throws IllegalArgumentException where the inputs do not fit
   */
  public static Map<String, InputType> outputs(ComputationGraph graph, InputType... inputs) {
    ComputationGraphConfiguration configuration = Configurations.copy(graph.getConfiguration());
    List<String> names = configuration.getNetworkInputs();
    if (inputs.length != names.size()) {
      throw new IllegalArgumentException(
          "Cannot count the cost: the network has %d inputs (%d types given)"
              .formatted(names.size(), inputs.length));
    }
    Map<String, InputType> outputs =
        new LinkedHashMap<>(configuration.getLayerActivationTypes(true, false, inputs));
    for (int i = 0; i < inputs.length; i++) {
      outputs.put(names.get(i), inputs[i]);
    }
    return outputs;
  }

  private static LayerCost layer(
      ComputationGraph graph, GraphVertex vertex, Map<String, InputType> outputs, int width) {
    String name = vertex.getVertexName();
    InputType output = outputs.get(name);
    long activations = bytes(name, output, width);
    if (!vertex.hasLayer()) {
      String kind = graph.getConfiguration().getVertices().get(name).getClass().getSimpleName();
      return new LayerCost(name, kind, 0, 0, 0, 0, activations, 0);
    }
    Layer layer = vertex.getLayer();
    org.deeplearning4j.nn.conf.layers.Layer kind = LayerWeights.kind(layer);
    InputType input = outputs.get(graph.getConfiguration().getVertexInputs().get(name).get(0));
    LayerWork work = LayerWork.of(name, layer, input, output);
    return new LayerCost(
        name,
        kind.getClass().getSimpleName(),
        sum(LayerWeights.trainable(layer).values(), array -> array.length()),
        work.macs(),
        work.biasAdditions(),
        kind instanceof BatchNormalization ? output.arrayElementsPerExample() : 0,
        activations,
        sum(layer.paramTable().values(), array -> array.length() * array.dataType().width()));
  }

  private static long bytes(String name, InputType type, int width) {
    if (type == null) {
      throw new IllegalArgumentException(
          "Cannot count the cost: there is no shape for vertex " + name);
    }
    return type.arrayElementsPerExample() * width;
  }

  private static <T> long sum(Iterable<T> values, ToLongFunction<T> count) {
    long sum = 0;
    for (T value : values) {
      sum += count.applyAsLong(value);
    }
    return sum;
  }
}
