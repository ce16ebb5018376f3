package org.espalier.spark.search;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.spark.training.TrainingState;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What candidates are made of, as it is broadcast: once to an executor, where all tasks of the
 * search see the same object, which goes when the broadcast is destroyed.
 *
 * <p>It is made of plain fields, so that Java's and Kryo's serialisation both carry it.
 */
final class BaseNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String configuration;
  private final float[] parameters;

  /** By device: arrays stay on the one where they were made. */
  private transient Map<String, CandidateNetworks> networks;

  private BaseNetwork(String configuration, float[] parameters) {
    this.configuration = configuration;
    this.parameters = parameters;
  }

  static BaseNetwork of(ComputationGraph graph) {
    TrainingState state = TrainingState.begin(graph);
    return new BaseNetwork(state.configuration(), state.parameters());
  }

  /** Tells whether nothing was prepared on a device yet. */
  synchronized boolean isUnprepared(String device) {
    return networks == null || !networks.containsKey(device);
  }

  /** Returns what makes candidates on a device, prepared when first asked for. */
  synchronized CandidateNetworks networks(String device, CandidateNetworks.Factory factory) {
    if (networks == null) {
      networks = new HashMap<>();
    }
    return networks.computeIfAbsent(device, first -> factory.of(toGraph()));
  }

  private ComputationGraph toGraph() {
    ComputationGraph graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration));
    graph.init(Nd4j.createFromArray(parameters).reshape(1, parameters.length), false);
    return graph;
  }
}
