package org.espalier.jobs.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.JobFailedException;
import org.espalier.nn.fused.Compilation;
import org.espalier.nn.fused.FusedInference;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.training.CompiledTraining;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** A network that is compiled, as Spark tasks train it. */
public final class FusedContestant implements Contestant {
  private final ComputationGraph graph;
  private final DataSet data;
  private final FusedTraining training;
  private final Precision precision;
  private final int threads;
  private FusedInference inference;
  private boolean refreshed;

  private FusedContestant(
      ComputationGraph graph,
      DataSet data,
      FusedTraining training,
      Precision precision,
      int threads) {
    this.graph = graph;
    this.data = data;
    this.training = training;
    this.precision = precision;
    this.threads = threads;
  }

  /**
   * Makes a new network, compiled; where it cannot be and float32 will do, one that Deeplearning4j
   * trains.
   *
   * @param configuration the network, with its updater
   * @param data the batch, in the layout that the network takes
   * @param precision what to compute with
   * @param threads threads that share the work, at least 1
   * @throws org.espalier.spark.training.TrainingException when the precision cannot be had
   */
  public static Contestant of(
      ComputationGraphConfiguration configuration, DataSet data, Precision precision, int threads) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    Compilation<FusedTraining> training =
        CompiledTraining.of(graph, data.getFeatures(), precision, threads);
    return training
        .compiled()
        .<Contestant>map(c -> new FusedContestant(graph, data, c, precision, threads))
        .orElseGet(() -> new GraphContestant(graph, data, training.refusal()));
  }

  @Override
  public void train() {
    training.fit(data);
    refreshed = false;
  }

  @Override
  public void infer() {
    INDArray images = data.getFeatures();
    if (inference == null) {
      Compilation<FusedInference> compilation =
          FusedInference.compile(graph, images, precision, threads);
      inference =
          compilation
              .compiled()
              .orElseThrow(
                  () ->
                      new JobFailedException(
                          "Cannot measure inference: the network is compiled for training only; "
                              + compilation.refusal().orElseThrow()));
    } else if (!refreshed) {
      inference.refresh();
    }
    refreshed = true;
    inference.output(images);
  }

  @Override
  public int batch() {
    return data.numExamples();
  }

  @Override
  public void close() {
    training.close();
    if (inference != null) {
      inference.close();
    }
  }
}
