package org.espalier.spark.training;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/** Networks as a training takes them up, however they were trained before. */
public final class Trainable {
  private Trainable() {}

  /**
   * Returns a copy of a network, its counters and its updater's state at their beginning.
   *
   * @param updater that of all its layers, biases included
   * @param weightDecay L2 decay of all its weights, biases included, at least 0
   */
  public static ComputationGraph of(ComputationGraph graph, IUpdater updater, double weightDecay) {
    Regularization decay = new L2Regularization(weightDecay);
    return NetworkGraph.of(graph)
        .forEach(
            BaseLayer.class,
            layer -> {
              layer.setIUpdater(updater.clone());
              layer.setBiasUpdater(null);
              layer.setRegularization(List.of(decay));
              layer.setRegularizationBias(List.of(decay));
            })
        .restart()
        .build();
  }
}
