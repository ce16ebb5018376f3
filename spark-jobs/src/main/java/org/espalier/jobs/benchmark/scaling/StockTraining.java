package org.espalier.jobs.benchmark.scaling;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.espalier.spark.training.Shards;
import org.espalier.spark.training.TrainingPlan;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Training as Deeplearning4j has it: its {@code ParameterAveragingTrainingMaster}, on batches that
 * executors hold in memory.
 *
 * <p>The updater's state is averaged, which is not the master's default but what its documentation
 * says. Batches are made once, so that every pass has the same augmentation.
 */
final class StockTraining implements AutoCloseable {
  private final JavaRDD<MultiDataSet> batches;
  private final SparkComputationGraph network;

  /**
   * Makes the batches, and has executors hold them.
   *
   * @param network what is trained; it changes
   * @param shards the images, a worker each
   * @param plan whose batches are taken
   * @param interval steps between two combinations
   */
  StockTraining(
      JavaSparkContext spark,
      ComputationGraph network,
      Shards shards,
      TrainingPlan plan,
      int interval) {
    this.batches =
        shards
            .rdd()
            .flatMap(
                shard -> {
                  StepProbe.Batches all = new StepProbe.Batches(shard, plan);
                  List<MultiDataSet> sets = new ArrayList<>();
                  for (int batch = 0; batch < all.size(); batch++) {
                    sets.add(all.next().toMultiDataSet());
                  }
                  return sets.iterator();
                })
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    batches.count();
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(shards.partitions(), plan.batch())
            .batchSizePerWorker(plan.batch())
            .averagingFrequency(interval)
            .saveUpdater(true)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .storageLevel(null)
            .rngSeed(plan.seed())
            .build();
    this.network = new SparkComputationGraph(spark, network, master);
  }

  /** Trains one pass over the images; returns the seconds that it took. */
  double pass() {
    long begin = System.nanoTime();
    network.fitMultiDataSet(batches);
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Returns the network as it is now. */
  ComputationGraph network() {
    return network.getNetwork();
  }

  @Override
  public void close() {
    batches.unpersist();
  }
}
