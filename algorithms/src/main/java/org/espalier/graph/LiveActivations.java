package org.espalier.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/** Follows which outputs are alive while a network is computed vertex by vertex. */
final class LiveActivations {
  private LiveActivations() {}

  /**
   * Returns the greatest sum of bytes alive at once.
   *
   * @param bytes the size of a vertex's output, by name
   */
  static long peak(ComputationGraph graph, ToLongFunction<String> bytes) {
    Map<String, List<String>> inputs = graph.getConfiguration().getVertexInputs();
    Map<String, Integer> readers = new HashMap<>();
    inputs.values().forEach(read -> read.forEach(name -> readers.merge(name, 1, Integer::sum)));
    graph.getConfiguration().getNetworkOutputs().forEach(n -> readers.merge(n, 1, Integer::sum));
    long alive = 0;
    long peak = 0;
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      String name = vertex.getVertexName();
      alive += bytes.applyAsLong(name);
      peak = Math.max(peak, alive);
      for (String input : inputs.getOrDefault(name, List.of())) {
        if (readers.merge(input, -1, Integer::sum) == 0) {
          alive -= bytes.applyAsLong(input);
        }
      }
    }
    return peak;
  }
}
