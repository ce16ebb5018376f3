package org.espalier.nn.fused;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Compiled training of networks that are known to be compiled. */
final class Training {
  private Training() {}

  /** Of a small network, in float32. */
  static FusedTraining of(ComputationGraph graph, int threads) {
    return of(graph, SmallNetwork.data(DataType.FLOAT, 0, 1), threads);
  }

  static FusedTraining of(ComputationGraph graph, DataSet example, int threads) {
    return of(graph, example, Precision.FLOAT32, threads);
  }

  static FusedTraining of(
      ComputationGraph graph, DataSet example, Precision precision, int threads) {
    return FusedTraining.of(graph, example.getFeatures(), precision, threads).orElseThrow();
  }
}
