package org.espalier.spark.training;

import java.util.Arrays;
import java.util.HexFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Configurations;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All that a network is between two steps of training: what must be kept to go on as if nothing had
 * happened.
 *
 * @param configuration the network's configuration as JSON, its counters at 0
 * @param parameters its flat parameter vector
 * @param updaterState its updater's flat state, empty where it has none
 * @param epoch the number of epochs completed
 * @param iteration the number of steps taken
 * @param sums what was done of the epoch that has begun; its steps say where training goes on
 */
@SuppressWarnings("ArrayRecordComponent") // compared by fingerprint
public record TrainingState(
    String configuration,
    float[] parameters,
    float[] updaterState,
    int epoch,
    int iteration,
    EpochSums sums) {

  /** Checks the counters. */
  public TrainingState {
    if (epoch < 0 || iteration < 0) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot keep a training state: counters must not be negative (epoch %d, iteration"
                  + " %d)",
              epoch, iteration));
    }
  }

  /**
   * Returns the state of a network, its updater's state and counters included.
   *
   * @throws IllegalArgumentException when the network is not of single precision
   */
  public static TrainingState of(ComputationGraph graph) {
    checkFloat(graph);
    return new TrainingState(
        json(graph),
        graph.params().toFloatVector(),
        updaterState(graph),
        graph.getEpochCount(),
        graph.getIterationCount(),
        EpochSums.NONE);
  }

  /** Returns the flat state of a network's updater, empty where it has none. */
  static float[] updaterState(ComputationGraph graph) {
    INDArray state = graph.getUpdater(true).getStateViewArray();
    return state == null ? new float[0] : state.toFloatVector();
  }

  /**
   * Returns the state in which a network begins a new stage: its parameters, an updater without
   * memory, counters at 0.
   *
   * @throws IllegalArgumentException when the network is not of single precision
   */
  public static TrainingState begin(ComputationGraph graph) {
    return of(ofParameters(graph).toGraph());
  }

  /**
   * Returns a state for use, not for training: without the updater's, for which it costs nothing.
   */
  static TrainingState ofParameters(ComputationGraph graph) {
    checkFloat(graph);
    return new TrainingState(
        json(graph), graph.params().toFloatVector(), new float[0], 0, 0, EpochSums.NONE);
  }

  /** Returns the network, ready to be trained on or used. */
  public ComputationGraph toGraph() {
    return graph(configuration, parameters, updaterState, epoch, iteration);
  }

  /** Returns the same, written as a network of this process would be. */
  TrainingState normalised() {
    TrainingState same = of(toGraph());
    return new TrainingState(
        same.configuration, same.parameters, same.updaterState, epoch, iteration, sums);
  }

  /** Returns the state after more steps of the epoch. */
  TrainingState after(EpochSums more, float[] newParameters, float[] newState) {
    return new TrainingState(
        configuration, newParameters, newState, epoch, iteration + more.steps(), sums.plus(more));
  }

  /** Returns the same, one more epoch completed. */
  TrainingState afterEpoch() {
    return new TrainingState(
        configuration, parameters, updaterState, epoch + 1, iteration, EpochSums.NONE);
  }

  private static ComputationGraph graph(
      String json, float[] parameters, float[] updaterState, int epoch, int iteration) {
    ComputationGraphConfiguration configuration = ComputationGraphConfiguration.fromJson(json);
    configuration.setEpochCount(epoch);
    configuration.setIterationCount(iteration);
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init(Nd4j.createFromArray(parameters).reshape(1, parameters.length), false);
    if (updaterState.length > 0) {
      graph.getUpdater(true).setStateViewArray(Nd4j.createFromArray(updaterState));
    }
    return graph;
  }

  private static String json(ComputationGraph graph) {
    graph
        .topologicalSortOrder(); // Written into the configuration, so that every copy has the same.
    ComputationGraphConfiguration configuration = Configurations.copy(graph.getConfiguration());
    configuration.setEpochCount(0);
    configuration.setIterationCount(0);
    return configuration.toJson();
  }

  private static void checkFloat(ComputationGraph graph) {
    if (graph.params().dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "Cannot train on Spark: the network must be of type FLOAT ("
              + graph.params().dataType()
              + ")");
    }
  }

  /** Returns the SHA-256 of everything, as 64 hexadecimal digits; equal states have equal ones. */
  public String fingerprint() {
    return HexFormat.of().formatHex(TrainingStates.digest(TrainingStates.content(this)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrainingState that
        && epoch == that.epoch
        && iteration == that.iteration
        && sums.steps() == that.sums.steps()
        && configuration.equals(that.configuration)
        && Arrays.equals(parameters, that.parameters)
        && Arrays.equals(updaterState, that.updaterState);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(parameters) + iteration;
  }

  @Override
  public String toString() {
    return String.format(
        "training state of %d parameters after epoch %d, iteration %d",
        parameters.length, epoch, iteration);
  }
}
