package org.espalier.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.graph.Cost;
import org.espalier.graph.LayerWeights;

/**
 * A network's vertices and how they hang together, free of the network.
 *
 * @param inputs the network's inputs
 * @param outputs the network's outputs
 * @param nodes inputs and vertices, each after all that it reads
 */
public record Topology(List<String> inputs, List<String> outputs, List<Node> nodes) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLASS = "@class";
  private static final Set<String> ELSEWHERE = Set.of(CLASS, "layerName", "name");

  /** Copies the lists. */
  public Topology {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
  }

  /**
   * Reads a network.
   *
   * @param graph an initialised network
   * @param types the type of each input in the network's order; none for a topology without shapes
   * @throws IllegalArgumentException where the types do not fit the network
   */
  public static Topology of(ComputationGraph graph, InputType... types) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    Map<String, InputType> outputs = types.length == 0 ? Map.of() : Cost.outputs(graph, types);
    JsonNode vertices = json(configuration).path("vertices");
    List<Node> nodes = new ArrayList<>();
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      String name = vertex.getVertexName();
      nodes.add(
          new Node(
              name,
              type(configuration, vertex),
              configuration.getVertexInputs().getOrDefault(name, List.of()),
              shape(outputs.get(name)),
              attributes(vertices.path(name))));
    }
    return new Topology(configuration.getNetworkInputs(), configuration.getNetworkOutputs(), nodes);
  }

  /** Returns the nodes by name, in their order. */
  public Map<String, Node> byName() {
    Map<String, Node> map = new LinkedHashMap<>();
    nodes.forEach(node -> map.put(node.name(), node));
    return map;
  }

  private static JsonNode json(ComputationGraphConfiguration configuration) {
    try {
      return JSON.readTree(configuration.toJson());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot read the network's configuration: " + e.getOriginalMessage(), e);
    }
  }

  private static String type(ComputationGraphConfiguration configuration, GraphVertex vertex) {
    if (vertex.isInputVertex()) {
      return Node.INPUT;
    }
    return vertex.hasLayer()
        ? LayerWeights.kind(vertex.getLayer()).getClass().getSimpleName()
        : configuration.getVertices().get(vertex.getVertexName()).getClass().getSimpleName();
  }

  private static List<Long> shape(InputType type) {
    return type == null ? List.of() : Arrays.stream(type.getShape()).boxed().toList();
  }

  /** The layer's own settings, and those of the vertex around it; what is not set is left out. */
  private static Map<String, String> attributes(JsonNode vertex) {
    Map<String, String> attributes = new TreeMap<>();
    JsonNode layer = vertex.path("layerConf").path("layer");
    add(attributes, layer.isMissingNode() ? vertex : layer);
    if (!layer.isMissingNode() && vertex.path("preProcessor").isObject()) {
      attributes.put("preProcessor", text(vertex.path("preProcessor")));
    }
    return attributes;
  }

  private static void add(Map<String, String> attributes, JsonNode object) {
    object
        .fields()
        .forEachRemaining(
            field -> {
              if (!ELSEWHERE.contains(field.getKey()) && !field.getValue().isNull()) {
                attributes.put(field.getKey(), text(field.getValue()));
              }
            });
  }

  private static String text(JsonNode value) {
    if (value.isObject()) {
      List<String> parts = new ArrayList<>();
      value
          .fields()
          .forEachRemaining(
              field -> {
                if (!field.getKey().equals(CLASS) && !field.getValue().isNull()) {
                  parts.add(field.getKey() + "=" + text(field.getValue()));
                }
              });
      String kind = value.path(CLASS).asText();
      return kind.substring(Math.max(kind.lastIndexOf('.'), kind.lastIndexOf('$')) + 1)
          + (parts.isEmpty() ? "" : "(" + String.join(", ", parts) + ")");
    }
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(element -> parts.add(text(element)));
      return "[" + String.join(", ", parts) + "]";
    }
    return value.asText();
  }
}
