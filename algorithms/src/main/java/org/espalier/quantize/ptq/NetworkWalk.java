package org.espalier.quantize.ptq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes batches through a network at inference, one vertex at a time, so that parameters of the
 * next one may still change.
 *
 * <p>Activations are kept as long as a vertex is left that reads them.
 */
final class NetworkWalk {
  private static final LayerWorkspaceMgr WORKSPACES = LayerWorkspaceMgr.noWorkspaces();

  private final ComputationGraph network;
  private final INDArray[] batches;
  private final Map<String, INDArray[]> values = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();

  /** Starts with what enters a network of one input. */
  NetworkWalk(ComputationGraph network, INDArray... batches) {
    List<String> inputs = network.getConfiguration().getNetworkInputs();
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "Cannot quantise after training: the network must have one input (" + inputs + ")");
    }
    this.network = network;
    this.batches = batches;
    values.put(inputs.get(0), batches);
    for (GraphVertex vertex : network.getVertices()) {
      sources(vertex).forEach(name -> readers.merge(name, 1, Integer::sum));
    }
  }

  /** Returns the vertices behind the input, each behind all that it reads. */
  static List<String> order(ComputationGraph network) {
    return Arrays.stream(network.topologicalSortOrder())
        .mapToObj(index -> network.getVertices()[index])
        .filter(vertex -> !vertex.isInputVertex())
        .map(GraphVertex::getVertexName)
        .toList();
  }

  private List<String> sources(GraphVertex vertex) {
    List<String> names = new ArrayList<>();
    if (vertex.getInputVertices() != null) {
      for (VertexIndices source : vertex.getInputVertices()) {
        names.add(network.getVertices()[source.getVertexIndex()].getVertexName());
      }
    }
    return names;
  }

  /** Returns what a layer is about to read, a batch each, behind its preprocessor. */
  INDArray[] read(String name) {
    INDArray[] inputs = values.get(sources(network.getVertex(name)).get(0)).clone();
    var before = Nodes.preprocessor(network, name);
    for (int i = 0; before != null && i < inputs.length; i++) {
      inputs[i] =
          before.preProcess(inputs[i].dup('c'), Math.toIntExact(inputs[i].size(0)), WORKSPACES);
    }
    return inputs;
  }

  /** Computes a vertex, after all that it reads, and returns what it gives. */
  INDArray[] step(String name) {
    GraphVertex vertex = network.getVertex(name);
    List<String> sources = sources(vertex);
    INDArray[] results = new INDArray[values.get(sources.get(0)).length];
    for (int batch = 0; batch < results.length; batch++) {
      network.setInput(0, batches[batch]); // preprocessors ask the network how many rows there are
      for (int i = 0; i < sources.size(); i++) {
        // Deeplearning4j's activation layers overwrite what they read.
        vertex.setInput(i, values.get(sources.get(i))[batch].dup('c'), WORKSPACES);
      }
      results[batch] = vertex.doForward(false, WORKSPACES);
      vertex.clear();
    }
    for (String source : sources) {
      if (readers.merge(source, -1, Integer::sum) == 0) {
        values.remove(source);
      }
    }
    if (readers.containsKey(name)) {
      values.put(name, results);
    }
    return results;
  }
}
