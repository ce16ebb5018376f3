package org.espalier.spark.training;

import java.io.Serializable;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.spark.resources.TaskGpu;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where executors get a training's network from: configuration and all parameters, broadcast once,
 * and the moving parameters and updater state, broadcast for each segment.
 */
final class NetworkSource implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final Broadcast<String> configuration;
  private final Broadcast<float[]> parameters;
  private Broadcast<float[]> moving;
  private Broadcast<float[]> updaterState;

  private NetworkSource(
      String key, Broadcast<String> configuration, Broadcast<float[]> parameters) {
    this.key = key;
    this.configuration = configuration;
    this.parameters = parameters;
  }

  /** Broadcasts what stays the same. */
  static NetworkSource of(JavaSparkContext sc, TrainingState state) {
    return new NetworkSource(
        UUID.randomUUID().toString(),
        sc.broadcast(state.configuration()),
        sc.broadcast(state.parameters()));
  }

  /** Broadcasts what a segment starts from, in place of what the one before started from. */
  void advance(JavaSparkContext sc, float[] newMoving, float[] newUpdaterState) {
    destroySegment();
    moving = sc.broadcast(newMoving);
    updaterState = sc.broadcast(newUpdaterState);
  }

  /** What a task does with a network. */
  interface Work<T, E extends Exception> {
    T with(WorkerNetwork network) throws E;
  }

  /**
   * Lends, on an executor, a network of the task's own, as the segment starts; when work with it
   * fails, it is closed.
   */
  <T, E extends Exception> T lend(ParameterLayout layout, Work<T, E> work) throws E {
    try (TaskGpu gpu = TaskGpu.take()) {
      return lend(gpu.address().orElse(""), layout, work);
    }
  }

  private <T, E extends Exception> T lend(String device, ParameterLayout layout, Work<T, E> work)
      throws E {
    WorkerNetwork network = WorkerNetworks.shared().borrow(key, device, this::build);
    T result;
    try {
      start(network.graph(), layout);
      result = work.with(network);
    } catch (Throwable e) {
      network.close();
      throw e;
    }
    WorkerNetworks.shared().giveBack(key, device, network);
    return result;
  }

  private void start(ComputationGraph graph, ParameterLayout layout) {
    float[] full = parameters.value().clone();
    layout.put(moving.value(), full);
    graph.setParams(Nd4j.createFromArray(full).reshape(1, full.length));
    if (updaterState.value().length > 0) {
      graph.getUpdater(true).setStateViewArray(Nd4j.createFromArray(updaterState.value()));
    }
  }

  private WorkerNetwork build() {
    TrainingState state =
        new TrainingState(
            configuration.value(), parameters.value(), new float[0], 0, 0, EpochSums.NONE);
    return new WorkerNetwork(state.toGraph());
  }

  private void destroySegment() {
    if (moving != null) {
      moving.destroy();
      updaterState.destroy();
    }
    moving = null;
    updaterState = null;
  }

  /** Destroys the broadcasts; executors keep networks only until others need their place. */
  @Override
  public void close() {
    destroySegment();
    configuration.destroy();
    parameters.destroy();
    WorkerNetworks.shared().forget(key);
  }
}
