package org.espalier.graph;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A node to be put into a {@link NetworkGraph}: a layer or another vertex, what it reads, and
 * values for its parameters.
 *
 * <p>Where nothing is said about what it reads, its place says it. Parameters without a value start
 * as the layer initialises them, unless the node takes the place of one of its own name: then they
 * are that one's. A layer without an updater learns as the network's other layers do; what else its
 * configuration leaves open is Deeplearning4j's default, whatever the network was built with.
 */
public final class NewNode {
  private final String name;
  private final Layer layer;
  private final GraphVertex vertex;
  private final InputPreProcessor preprocessor;
  private final List<String> inputs;
  private final Map<String, INDArray> parameters;

  private NewNode(
      String name,
      Layer layer,
      GraphVertex vertex,
      InputPreProcessor preprocessor,
      List<String> inputs,
      Map<String, INDArray> parameters) {
    this.name = name;
    this.layer = layer;
    this.vertex = vertex;
    this.preprocessor = preprocessor;
    this.inputs = inputs;
    this.parameters = parameters;
  }

  /** A layer; the configuration is copied when the node is put into a graph. */
  public static NewNode layer(String name, Layer layer) {
    return new NewNode(name, layer, null, null, List.of(), Map.of());
  }

  /** A vertex that is not a layer; copied when the node is put into a graph. */
  public static NewNode vertex(String name, GraphVertex vertex) {
    return new NewNode(name, null, vertex, null, List.of(), Map.of());
  }

  /** The same node, reading these nodes or network inputs in this order. */
  public NewNode reading(String... names) {
    return new NewNode(name, layer, vertex, preprocessor, List.of(names), parameters);
  }

  /** The same layer, with its input preprocessed. */
  public NewNode preprocessed(InputPreProcessor before) {
    return new NewNode(name, layer, vertex, before, inputs, parameters);
  }

  /** The same node, with a value for one parameter. */
  public NewNode parameter(String parameter, INDArray value) {
    Map<String, INDArray> all = new TreeMap<>(parameters);
    all.put(parameter, value);
    return new NewNode(name, layer, vertex, preprocessor, inputs, all);
  }

  String name() {
    return name;
  }

  Layer layer() {
    return layer;
  }

  GraphVertex vertex() {
    return vertex;
  }

  InputPreProcessor preprocessor() {
    return preprocessor;
  }

  List<String> inputs() {
    return inputs;
  }

  Map<String, INDArray> parameters() {
    return parameters;
  }
}
