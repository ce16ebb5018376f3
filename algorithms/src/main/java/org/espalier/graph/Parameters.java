package org.espalier.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of vertices, as views.
 *
 * <p>Deeplearning4j hands out some vectors as [C] or as [1, C], depending on whether a network was
 * initialised or loaded; here they are [1, C].
 */
final class Parameters {
  private Parameters() {}

  /** Returns the parameters of a vertex by key; none where there are none. */
  static Map<String, INDArray> of(ComputationGraph network, String vertex) {
    Map<String, INDArray> parameters = new LinkedHashMap<>();
    GraphVertex holder = network.getVertex(vertex);
    if (holder != null && holder.paramTable(false) != null) {
      holder.paramTable(false).forEach((key, value) -> parameters.put(key, matrix(value)));
    }
    return parameters;
  }

  private static INDArray matrix(INDArray value) {
    return value.rank() == 1 ? value.reshape(1, value.length()) : value;
  }
}
