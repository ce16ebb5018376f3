package org.espalier.prune.scop;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Walks a network vertex by vertex, some of them in training mode and others not. */
final class Walk {
  private Walk() {}

  /** Returns a copy of what every vertex gives. */
  static Map<String, INDArray> forward(
      ComputationGraph network, INDArray input, Predicate<String> training) {
    GraphVertex[] vertices = network.getVertices();
    Map<String, INDArray> results = new HashMap<>();
    for (int index : network.topologicalSortOrder()) {
      GraphVertex vertex = vertices[index];
      String name = vertex.getVertexName();
      if (vertex.isInputVertex()) {
        results.put(name, input);
        continue;
      }
      VertexIndices[] inputs = vertex.getInputVertices();
      for (int k = 0; k < inputs.length; k++) {
        String from = vertices[inputs[k].getVertexIndex()].getVertexName();
        vertex.setInput(k, results.get(from).dup(), LayerWorkspaceMgr.noWorkspaces());
      }
      results.put(
          name, vertex.doForward(training.test(name), LayerWorkspaceMgr.noWorkspaces()).dup());
    }
    network.clear();
    return results;
  }

  /** Returns what every vertex gives, control factors alone being in training mode. */
  static Map<String, INDArray> factorsInTraining(ComputationGraph network, INDArray input) {
    return forward(network, input, name -> name.endsWith(".factor"));
  }
}
