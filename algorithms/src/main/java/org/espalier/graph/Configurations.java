package org.espalier.graph;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;

/** Copies of configurations that are whole. */
final class Configurations {
  private Configurations() {}

  /**
   * Copies a configuration with its counters and the axes of its concatenations, which
   * Deeplearning4j's own copy leaves out.
   */
  static ComputationGraphConfiguration copy(ComputationGraphConfiguration configuration) {
    ComputationGraphConfiguration copy = configuration.clone();
    copy.setIterationCount(configuration.getIterationCount());
    copy.setEpochCount(configuration.getEpochCount());
    configuration
        .getVertices()
        .forEach((name, vertex) -> restore(vertex, copy.getVertices().get(name)));
    return copy;
  }

  private static void restore(GraphVertex vertex, GraphVertex copy) {
    if (vertex instanceof MergeVertex merge && copy instanceof MergeVertex mergeCopy) {
      mergeCopy.setMergeAxis(merge.getMergeAxis());
    } else if (vertex instanceof FrozenVertex frozen && copy instanceof FrozenVertex frozenCopy) {
      restore(frozen.getUnderlying(), frozenCopy.getUnderlying());
    }
  }
}
