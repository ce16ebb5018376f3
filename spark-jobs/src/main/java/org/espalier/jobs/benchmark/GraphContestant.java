package org.espalier.jobs.benchmark;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** A network that Deeplearning4j trains, whatever its layers. */
public final class GraphContestant implements Contestant {
  private final ComputationGraph graph;
  private final DataSet data;
  private final Optional<String> refusal;

  /**
   * Makes a new network.
   *
   * @param configuration the network, with its updater
   * @param data the batch, in the layout that the network takes
   */
  public GraphContestant(ComputationGraphConfiguration configuration, DataSet data) {
    this(new ComputationGraph(configuration), data, Optional.empty());
    graph.init();
  }

  /**
   * Takes a network as it is.
   *
   * @param refusal why it is not compiled; nothing if it was not to be
   */
  GraphContestant(ComputationGraph graph, DataSet data, Optional<String> refusal) {
    this.graph = graph;
    this.data = data;
    this.refusal = refusal;
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

  @Override
  public Optional<String> refusal() {
    return refusal;
  }
}
