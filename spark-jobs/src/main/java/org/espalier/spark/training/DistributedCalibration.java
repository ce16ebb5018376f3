package org.espalier.spark.training;

import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.quantize.ptq.ActivationHistograms;

/**
 * Counts what calibration images make of a network's activations, on all shards at once.
 *
 * <p>Counts merge exactly, so that the result does not depend on how images are spread.
 */
public final class DistributedCalibration {
  private DistributedCalibration() {}

  /**
   * Counts.
   *
   * @param graph what {@link org.espalier.quantize.ptq.Ptq#apply} gave; not changed
   * @param shards the calibration images
   * @param pipeline what makes floats of an image; usually only a normalisation
   * @param batch images in a forward pass, at least 1; it bounds the memory of a task
   * @throws TrainingException when the Spark job fails
   */
  public static ActivationHistograms observe(
      JavaSparkContext sc,
      ComputationGraph graph,
      Shards shards,
      ImagePipeline pipeline,
      int batch) {
    int classes = DistributedEvaluation.classes(graph);
    ActivationHistograms all = new ActivationHistograms();
    ShardPass.over(
            sc,
            graph,
            shards,
            "calibrate",
            "calibrate on " + shards.images() + " images",
            ActivationHistograms.class,
            (network, shard) -> observe(network, shard, pipeline, batch, classes))
        .forEach(all::merge);
    return all;
  }

  private static ActivationHistograms observe(
      ComputationGraph graph, ImageShard shard, ImagePipeline pipeline, int batch, int classes) {
    ActivationHistograms histograms = new ActivationHistograms();
    Epoch batches = new Epoch(shard.images(), pipeline, BatchPlan.inOrder(batch));
    for (int k = 0; k < batches.size(); k++) {
      Interruption.check();
      histograms.observe(
          graph,
          BatchAdapter.plain()
              .adapt(batches.batch(k), classes, RandomStreams.of(0, "calibration", shard.id(), k))
              .getFeatures());
    }
    return histograms;
  }
}
