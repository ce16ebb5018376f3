package org.espalier.spark.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;

/** One pass of a network over all shards, a task each. */
final class ShardPass {
  private ShardPass() {}

  /** What a task finds with the network that a worker lends it. */
  interface Work<T extends Serializable> extends Serializable {
    T with(ComputationGraph network, ImageShard shard) throws Exception;
  }

  /**
   * Returns what is found on each shard, in their order.
   *
   * @param graph the network; not changed
   * @param task what the tasks do, for messages: "evaluate"
   * @param description what Spark shows of the job
   * @throws TrainingException when the Spark job fails
   */
  static <T extends Serializable> List<T> over(
      JavaSparkContext sc,
      ComputationGraph graph,
      Shards shards,
      String task,
      String description,
      Class<T> type,
      Work<T> work) {
    TrainingState state = TrainingState.ofParameters(graph);
    ParameterLayout layout = ParameterLayout.of(graph);
    sc.setJobDescription(description);
    try (NetworkSource source = NetworkSource.of(sc, state)) {
      source.advance(sc, layout.moving(state.parameters()), new float[0]);
      List<byte[]> found =
          shards
              .rdd()
              .map(
                  shard ->
                      source.lend(
                          layout, network -> JavaBytes.of(work.with(network.graph(), shard))))
              .collect();
      List<T> all = new ArrayList<>();
      for (byte[] each : found) {
        all.add(JavaBytes.read(each, type));
      }
      return all;
    } catch (Exception e) {
      throw Failures.of(task, e);
    } finally {
      sc.setJobDescription(null);
    }
  }
}
