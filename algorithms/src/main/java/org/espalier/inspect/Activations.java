package org.espalier.inspect;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network's vertices put out. */
final class Activations {
  private Activations() {}

  /** Returns every vertex's output in evaluation, in the network's order, its inputs left out. */
  static Map<String, INDArray> of(ComputationGraph graph, INDArray images) {
    Map<String, INDArray> all = graph.feedForward(images, false);
    Map<String, INDArray> ordered = new LinkedHashMap<>();
    for (int index : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[index].getVertexName();
      if (!graph.getVertices()[index].isInputVertex()) {
        ordered.put(name, all.get(name));
      }
    }
    return ordered;
  }

  /** Returns an array's values in C order. */
  static float[] values(INDArray array) {
    return array.dup('c').reshape(array.length()).toFloatVector();
  }
}
