package org.espalier.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a graph knows of one of its nodes.
 *
 * @param vertex the graph's own copy of the configuration
 * @param inputs what is read, in order
 * @param origin the node of the source network whose parameters are carried over, or null
 * @param given values of parameters
 * @param carried what is done to parameters, and their updater state, on the way
 */
record Entry(
    GraphVertex vertex,
    List<String> inputs,
    String origin,
    Map<String, INDArray> given,
    Map<String, UnaryOperator<INDArray>> carried) {

  Entry(GraphVertex vertex, List<String> inputs, String origin) {
    this(vertex, List.copyOf(inputs), origin, new HashMap<>(), new HashMap<>());
  }

  Entry reading(List<String> names) {
    return new Entry(vertex, List.copyOf(names), origin, given, carried);
  }

  Entry of(GraphVertex other) {
    return new Entry(other, inputs, origin, given, carried);
  }

  /** Vertices for recurrent networks name a network input in their settings, not to be changed. */
  void checkNotNamedInside(String name, String node) {
    boolean named =
        (vertex instanceof LastTimeStepVertex last && name.equals(last.getMaskArrayInputName()))
            || (vertex instanceof DuplicateToTimeSeriesVertex series
                && name.equals(series.getInputName()));
    if (named) {
      throw new IllegalArgumentException(
          "Cannot rename node " + name + ": it is named in the settings of another (" + node + ")");
    }
  }
}
