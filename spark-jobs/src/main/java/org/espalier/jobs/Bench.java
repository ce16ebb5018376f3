package org.espalier.jobs;

import java.io.IOException;
import java.util.OptionalInt;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.spark.training.DistributedRecalibration;
import org.espalier.spark.training.Evaluation;
import org.espalier.spark.training.TrainingPlan;

/**
 * Where a step of a pipeline works: the job's images on the executors, and names for its stages
 * that no other step has.
 *
 * @param prefix what the step's stages begin with
 */
record Bench(JobContext context, Workshop workshop, Measuring measuring, String prefix) {

  /** Returns the full name of one of the step's stages. */
  String stage(String name) {
    return prefix + name;
  }

  /**
   * Brings a network back to accuracy that lost channels.
   *
   * @param suffix what the names of the stages end with
   * @param recalibration images a batch to recompute batch normalisation's statistics with first;
   *     empty to leave them
   */
  ComputationGraph tune(
      ComputationGraph slim, String suffix, OptionalInt recalibration, TrainingConfig training)
      throws IOException {
    Workshop.Beginning beginning =
        () ->
            recalibration.isPresent()
                ? recalibrated(slim, stage("recalibrate" + suffix), recalibration.getAsInt())
                : slim;
    return training.epochs() == 0
        ? beginning.network()
        : workshop.train(stage("fine-tune" + suffix), beginning, training, measuring);
  }

  private ComputationGraph recalibrated(ComputationGraph slim, String stage, int batch) {
    long images = workshop.train().images();
    context.progress().stageStarted(new StageStart(stage, 1, 1, images, measuring.name()));
    long start = System.nanoTime();
    TrainingPlan plan = workshop.plan(stage, 1, batch);
    ComputationGraph recalibrated =
        DistributedRecalibration.recalibrate(context.sparkContext(), slim, workshop.train(), plan);
    double seconds = (System.nanoTime() - start) / 1e9;
    Evaluation test = measuring.accuracy(recalibrated);
    context.progress().stageEnded(StageResult.of(stage, 1, images, seconds, test.top1()));
    return recalibrated;
  }
}
