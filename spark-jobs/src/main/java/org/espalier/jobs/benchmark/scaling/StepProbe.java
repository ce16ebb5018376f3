package org.espalier.jobs.benchmark.scaling;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.spark.training.CompiledTraining;
import org.espalier.spark.training.ImageShard;
import org.espalier.spark.training.Shards;
import org.espalier.spark.training.TrainingPlan;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Times single steps of training where trainers work, in tasks of Spark, without what trainers do
 * between steps: nothing is combined.
 */
final class StepProbe implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Steps behind the first that are not counted either, while the machine warms up. */
  private static final int WARM_UP = 3;

  private final Broadcast<String> network;
  private final TrainingPlan plan;
  private final int steps;

  private StepProbe(Broadcast<String> network, TrainingPlan plan, int steps) {
    this.network = network;
    this.plan = plan;
    this.steps = steps;
  }

  /**
   * Times steps on all shards at once.
   *
   * @param network what is trained, with new weights
   * @param plan whose batches are taken, and taken again where there are too few
   * @param steps how many are timed, at least 1
   * @return the times of each shard
   */
  static List<StepTimes> measure(
      JavaSparkContext spark,
      Shards shards,
      ComputationGraphConfiguration network,
      TrainingPlan plan,
      int steps) {
    Broadcast<String> json = spark.broadcast(network.toJson());
    spark.setJobDescription("time " + steps + " steps");
    try {
      return shards.rdd().map(new StepProbe(json, plan, steps)::measure).collect();
    } finally {
      spark.setJobDescription(null);
      json.destroy();
    }
  }

  private StepTimes measure(ImageShard shard) {
    int threads = TaskContext.get().cpus();
    Batches batches = new Batches(shard, plan);
    long begin = System.nanoTime();
    ComputationGraph graph =
        new ComputationGraph(ComputationGraphConfiguration.fromJson(network.value()));
    graph.init();
    DataSet first = batches.next();
    Optional<FusedTraining> compiled =
        CompiledTraining.of(graph, first.getFeatures(), plan.precision(), threads).compiled();
    try {
      fit(compiled, graph, first);
      double firstMillis = (System.nanoTime() - begin) / 1e6;
      for (int step = 0; step < WARM_UP; step++) {
        fit(compiled, graph, batches.next());
      }
      List<Double> seconds = new ArrayList<>();
      for (int step = 0; step < steps; step++) {
        long start = System.nanoTime();
        fit(compiled, graph, batches.next());
        seconds.add((System.nanoTime() - start) / 1e9);
      }
      return new StepTimes(firstMillis, seconds);
    } finally {
      compiled.ifPresent(FusedTraining::close);
    }
  }

  private static void fit(Optional<FusedTraining> compiled, ComputationGraph graph, DataSet batch) {
    if (compiled.isPresent()) {
      compiled.get().fit(batch);
    } else {
      graph.fit(batch);
    }
  }

  /** The batches of a shard, over and over. */
  static final class Batches {
    private final Epoch epoch;
    private final TrainingPlan plan;
    private final int shard;
    private int next;

    Batches(ImageShard shard, TrainingPlan plan) {
      this.plan = plan;
      this.shard = shard.id();
      this.epoch =
          new Epoch(
              shard.images(),
              plan.pipeline(),
              BatchPlan.shuffled(plan.batch(), plan.seed(), 0, shard.id()));
    }

    /** Returns how many there are before the first comes again. */
    int size() {
      return epoch.size();
    }

    DataSet next() {
      int number = next++ % epoch.size();
      return BatchAdapter.plain()
          .adapt(
              epoch.batch(number),
              plan.classes(),
              RandomStreams.of(plan.seed(), "scaling", shard, number));
    }
  }
}
