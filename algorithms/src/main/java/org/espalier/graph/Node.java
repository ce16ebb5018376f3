package org.espalier.graph;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.shade.jackson.core.type.TypeReference;

/**
 * One node of a {@link NetworkGraph}, as it stood when it was asked for.
 *
 * @param name the name, unique among nodes and network inputs
 * @param vertex the configuration: a {@link LayerVertex} for a layer, else what the node does
 * @param inputs the nodes or network inputs that are read, in order; a name may come twice
 * @param users the nodes that read this one, in topological order, each once
 * @param isOutput whether this is an output of the network
 */
public record Node(
    String name, GraphVertex vertex, List<String> inputs, List<String> users, boolean isOutput) {

  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    users = List.copyOf(users);
  }

  /** The layer's configuration, or null where the node is no layer. */
  public Layer layer() {
    return vertex instanceof LayerVertex holder ? holder.getLayerConf().getLayer() : null;
  }

  /** What is done to a layer's input before it reads it, or null. */
  public InputPreProcessor preprocessor() {
    return vertex instanceof LayerVertex holder ? holder.getPreProcessor() : null;
  }

  /** The simple name of the class of the layer's configuration, or of the vertex. */
  public String kind() {
    return (layer() == null ? vertex : layer()).getClass().getSimpleName();
  }

  /** The settings of the layer or vertex, by name, as its JSON form has them. */
  public Map<String, Object> attributes() {
    Object settings = layer() == null ? vertex : layer();
    return NeuralNetConfiguration.mapper()
        .convertValue(settings, new TypeReference<Map<String, Object>>() {});
  }
}
