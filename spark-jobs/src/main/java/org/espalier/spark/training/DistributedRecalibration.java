package org.espalier.spark.training;

import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchMoments;

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
    BatchMoments all = new BatchMoments();
    ShardPass.over(
            sc,
            graph,
            shards,
            "recalibrate batch normalisation",
            plan.stage() + ": recalibrate batch normalisation",
            BatchMoments.class,
            (network, shard) ->
                observe(network, new ShardBatches(plan, shard, 0), Interruption::check))
        .forEach(all::merge);
    return all;
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
