package org.espalier.graph;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.shade.jackson.core.JsonProcessingException;

/** Copies of configurations that are whole: a copy's JSON form is that of the original. */
public final class Configurations {
  private Configurations() {}

  /**
   * Copies a configuration with its counters, its topological order and the axes of its
   * concatenations, which Deeplearning4j's own copy leaves out. Nothing is shared.
   */
  public static ComputationGraphConfiguration copy(ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration copy = configuration.clone();
    copy.setIterationCount(configuration.getIterationCount());
    copy.setEpochCount(configuration.getEpochCount());
    if (configuration.getTopologicalOrder() != null) {
      copy.setTopologicalOrder(configuration.getTopologicalOrder().clone());
      copy.setTopologicalOrderStr(List.copyOf(configuration.getTopologicalOrderStr()));
    }
    copy.getVertices().replaceAll((name, vertex) -> copy(configuration.getVertices().get(name)));
    return copy;
  }

  /**
   * Copies a vertex. Deeplearning4j's own copies of some vertices lose settings, such as a merge's
   * axis; their JSON form does not.
   */
  static GraphVertex copy(GraphVertex vertex) {
    if (vertex instanceof LayerVertex) {
      return vertex.clone();
    }
    try {
      String json = NeuralNetConfiguration.mapper().writeValueAsString(vertex);
      return NeuralNetConfiguration.mapper().readValue(json, vertex.getClass());
    } catch (JsonProcessingException failure) {
      throw new IllegalArgumentException(
          "Cannot copy a vertex: it has no JSON form (" + vertex + ")", failure);
    }
  }
}
