package org.espalier.spark.training;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchMoments;
import org.espalier.nn.ParameterLayout;

/**
 * Gives batch normalisations the exact moments of a data set, found by one pass over all shards.
 *
 * <p>Each worker runs its batches through the network in training mode and pools their moments; the
 * driver pools the workers' in the order of the shards. Weights stay bit for bit as they are.
 */
public final class DistributedRecalibration {
  private DistributedRecalibration() {}

  /**
   * Recalibrates.
   *
   * @param graph the network; not changed
   * @param shards the images
   * @param plan its first epoch's batches are those of the pass; its epochs do not matter
   * @return a copy of the network with the pooled moments as running statistics
   * @throws IllegalArgumentException when no shard has enough images for a batch
   * @throws TrainingException when the Spark job fails
   */
  public static ComputationGraph recalibrate(
      JavaSparkContext sc, ComputationGraph graph, Shards shards, TrainingPlan plan) {
    return moments(sc, graph, shards, plan).recalibrate(graph);
  }

  /**
   * Returns the moments alone.
   *
   * @param graph the network; not changed
   * @param shards the images
   * @param plan its first epoch's batches are those of the pass; its epochs do not matter
   * @throws IllegalArgumentException when no shard has enough images for a batch
   * @throws TrainingException when the Spark job fails
   */
  public static BatchMoments moments(
      JavaSparkContext sc, ComputationGraph graph, Shards shards, TrainingPlan plan) {
    if (shards.sizes().stream().allMatch(size -> plan.steps(size) == 0)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot recalibrate batch normalisation: no shard has enough images for a batch"
                  + " (%d images in %d shards)",
              shards.images(), shards.partitions()));
    }
    TrainingState state = TrainingState.ofParameters(graph);
    ParameterLayout layout = ParameterLayout.of(graph);
    BatchMoments all = new BatchMoments();
    sc.setJobDescription(plan.stage() + ": recalibrate batch normalisation");
    try (NetworkSource source = NetworkSource.of(sc, state)) {
      source.advance(sc, layout.moving(state.parameters()), new float[0]);
      List<byte[]> workers =
          shards.rdd().map(shard -> JavaBytes.of(observe(source, layout, shard, plan))).collect();
      for (byte[] worker : workers) {
        all.merge(JavaBytes.read(worker, BatchMoments.class));
      }
    } catch (Exception e) {
      throw Failures.of("recalibrate batch normalisation", e);
    } finally {
      sc.setJobDescription(null);
    }
    return all;
  }

  private static BatchMoments observe(
      NetworkSource source, ParameterLayout layout, ImageShard shard, TrainingPlan plan) {
    ShardBatches batches = new ShardBatches(plan, shard, 0);
    return source.lend(layout, network -> observe(network.graph(), batches, Interruption::check));
  }

  /**
   * Pools the moments of a network's batches.
   *
   * @param before is called before each batch, and may throw
   */
  static BatchMoments observe(ComputationGraph graph, ShardBatches batches, Runnable before) {
    BatchMoments moments = new BatchMoments();
    for (int step = 0; step < batches.steps(); step++) {
      before.run();
      moments.observe(graph, batches.batch(step).data().getFeatures(0));
    }
    return moments;
  }
}
