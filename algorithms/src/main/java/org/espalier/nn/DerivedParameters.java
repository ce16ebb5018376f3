package org.espalier.nn;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The parameters of a network that follow from its others, of class {@link
 * ParameterClass#RECOMPUTE}.
 */
public final class DerivedParameters {
  private record Layer(ParameterClasses configuration, Map<String, INDArray> parameters) {}

  private final List<Layer> layers;
  private final INDArray flat;

  private DerivedParameters(List<Layer> layers, INDArray flat) {
    this.layers = layers;
    this.flat = flat;
  }

  /** Finds them in an initialised network; keeps hold of it only if it has some. */
  public static DerivedParameters of(ComputationGraph graph) {
    List<Layer> layers =
        ParameterRanges.entries(graph).stream()
            .filter(entry -> entry.range().kind() == ParameterClass.RECOMPUTE)
            .map(ParameterRanges.Entry::vertex)
            .distinct()
            .map(vertex -> layer(graph, vertex))
            .toList();
    return new DerivedParameters(layers, layers.isEmpty() ? null : graph.params());
  }

  private static Layer layer(ComputationGraph graph, GraphVertex vertex) {
    return new Layer(
        (ParameterClasses) ParameterRanges.layer(graph, vertex), vertex.paramTable(false));
  }

  /** Computes them anew in the network itself. */
  public void recompute() {
    layers.forEach(layer -> layer.configuration().recompute(layer.parameters()));
  }

  /**
   * Returns a full parameter vector with them computed anew; the same array where there are none.
   *
   * <p>The network is used for it: its parameters are the result's afterwards.
   */
  public float[] recomputed(float[] full) {
    if (layers.isEmpty()) {
      return full;
    }
    flat.assign(Nd4j.createFromArray(full).reshape(flat.shape()));
    recompute();
    return flat.toFloatVector();
  }
}
