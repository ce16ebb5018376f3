package org.espalier.compress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes an edited copy of a network.
 *
 * <p>The network given is never changed. Edits work on a copy of its configuration; {@link #build}
 * initialises a new network from that and carries every parameter over by vertex and parameter
 * name, save those that were given explicitly. Iteration and epoch counters start at zero, updater
 * state is empty.
 */
public final class NetworkEditor {
  private final ComputationGraph source;
  private final ComputationGraphConfiguration configuration;
  private final Map<String, Map<String, INDArray>> given = new HashMap<>();
  private final Set<String> fresh = new HashSet<>();

  private NetworkEditor(ComputationGraph source) {
    this.source = source;
    this.configuration = source.getConfiguration().clone();
  }

  /** Starts with a copy of {@code network}. */
  public static NetworkEditor of(ComputationGraph network) {
    return new NetworkEditor(network);
  }

  /**
   * Returns the copy's configuration of a layer, free to be changed.
   *
   * @throws IllegalArgumentException when there is no vertex of that name, or it is not of that
   *     type
   */
  public <L extends Layer> L layer(String vertex, Class<L> type) {
    if (!(vertex(vertex) instanceof LayerVertex holder)
        || !type.isInstance(holder.getLayerConf().getLayer())) {
      throw new IllegalArgumentException(
          "Cannot edit vertex " + vertex + ": it is not a layer of type " + type.getSimpleName());
    }
    return type.cast(holder.getLayerConf().getLayer());
  }

  /** Hands every layer configuration of the copy that is of a type to {@code change}. */
  public <L extends Layer> NetworkEditor forEach(Class<L> type, Consumer<L> change) {
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex holder
          && type.isInstance(holder.getLayerConf().getLayer())) {
        change.accept(type.cast(holder.getLayerConf().getLayer()));
      }
    }
    return this;
  }

  /**
   * Puts a layer behind a vertex: everything that read {@code vertex} reads the layer instead.
   *
   * @param vertex the vertex to follow, not an output of the network
   * @param name the name of the new layer, not in use yet
   * @param layer the configuration of the new layer
   */
  public NetworkEditor insertAfter(String vertex, String name, Layer layer) {
    vertex(vertex);
    if (configuration.getVertices().containsKey(name)
        || configuration.getNetworkInputs().contains(name)) {
      throw new IllegalArgumentException(
          "Cannot insert a layer after " + vertex + ": the name is in use (" + name + ")");
    }
    if (configuration.getNetworkOutputs().contains(vertex)) {
      throw new IllegalArgumentException(
          "Cannot insert a layer after " + vertex + ": it is an output of the network");
    }
    rewire(vertex, name);
    NeuralNetConfiguration settings = configuration.getDefaultConfiguration().clone();
    settings.clearVariables();
    settings.setLayer(layer);
    layer.setLayerName(name);
    configuration.getVertices().put(name, new LayerVertex(settings, null));
    configuration.getVertexInputs().put(name, new ArrayList<>(List.of(vertex)));
    fresh.add(name);
    return this;
  }

  /** Removes a vertex of one input: everything that read it reads its input instead. */
  public NetworkEditor remove(String vertex) {
    vertex(vertex);
    List<String> inputs = configuration.getVertexInputs().get(vertex);
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "Cannot remove vertex " + vertex + ": it has " + inputs.size() + " inputs");
    }
    if (configuration.getNetworkOutputs().contains(vertex)) {
      throw new IllegalArgumentException(
          "Cannot remove vertex " + vertex + ": it is an output of the network");
    }
    rewire(vertex, inputs.get(0));
    configuration.getVertices().remove(vertex);
    configuration.getVertexInputs().remove(vertex);
    return this;
  }

  /** Gives a parameter of the new network its value, instead of carrying the old one over. */
  public NetworkEditor parameter(String vertex, String parameter, INDArray value) {
    vertex(vertex);
    given.computeIfAbsent(vertex, key -> new LinkedHashMap<>()).put(parameter, value);
    return this;
  }

  /**
   * Builds the edited network.
   *
   * @throws IllegalArgumentException when a parameter's shape changed and no value was given for it
   */
  public ComputationGraph build() {
    configuration.setTopologicalOrder(null);
    configuration.setTopologicalOrderStr(null);
    ComputationGraph result = new ComputationGraph(configuration);
    result.init();
    for (String vertex : configuration.getVertices().keySet()) {
      Map<String, INDArray> targets = result.getVertex(vertex).paramTable(false);
      if (targets != null) {
        targets.forEach((parameter, target) -> fill(vertex, parameter, target));
      }
    }
    return result;
  }

  private void fill(String vertex, String parameter, INDArray target) {
    INDArray value = given.getOrDefault(vertex, Map.of()).get(parameter);
    if (value == null) {
      if (fresh.contains(vertex)) {
        return;
      }
      value = source.getVertex(vertex).paramTable(false).get(parameter);
    }
    if (value == null || !value.equalShapes(target)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot carry parameter %s of %s over: its shape is now %s (%s)",
              parameter,
              vertex,
              target.shapeInfoToString(),
              value == null ? "no value" : value.shapeInfoToString()));
    }
    target.assign(value);
  }

  private void rewire(String from, String to) {
    for (List<String> inputs : configuration.getVertexInputs().values()) {
      inputs.replaceAll(input -> input.equals(from) ? to : input);
    }
  }

  private GraphVertex vertex(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    if (vertex == null) {
      throw new IllegalArgumentException("Cannot edit vertex " + name + ": there is none");
    }
    return vertex;
  }
}
