package org.espalier.jobs.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** A network that Deeplearning4j trains, whatever its layers. */
public final class GraphContestant implements Contestant {
  private final ComputationGraph graph;
  private final DataSet data;

  /**
   * Makes a new network.
   *
   * @param configuration the network, with its updater
   * @param data the batch, in the layout that the network takes
   */
  public GraphContestant(ComputationGraphConfiguration configuration, DataSet data) {
    this(new ComputationGraph(configuration), data);
    graph.init();
  }

  /** Takes a network as it is. */
  GraphContestant(ComputationGraph graph, DataSet data) {
    this.graph = graph;
    this.data = data;
  }

  @Override
  public void train() {
    graph.fit(data);
  }

  @Override
  public void infer() {
    graph.outputSingle(false, data.getFeatures());
  }

  @Override
  public int batch() {
    return data.numExamples();
  }
}
