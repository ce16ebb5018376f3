package org.espalier.spark.training;

import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.graph.LayerWeights;
import org.espalier.graph.Predictor;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Measures a network on all shards at once.
 *
 * <p>Sums are exact, so that the result does not depend on how images are spread over shards, as
 * far as the network's output for an image does not depend on the other images of its batch.
 */
public final class DistributedEvaluation {
  private DistributedEvaluation() {}

  /**
   * Measures.
   *
   * @param graph the network, with one output of class probabilities; not changed
   * @param shards the images
   * @param pipeline what makes floats of an image; usually only a normalisation
   * @param batch images in a forward pass, at least 1; it bounds the memory of a task
   * @throws IllegalArgumentException when there are no images, or a label is not among the classes
   * @throws TrainingException when the network's output is not a number, or the Spark job fails
   */
  public static Evaluation evaluate(
      JavaSparkContext sc,
      ComputationGraph graph,
      Shards shards,
      ImagePipeline pipeline,
      int batch) {
    if (shards.images() == 0) {
      throw new IllegalArgumentException("Cannot evaluate: there are no images");
    }
    int classes = classes(graph);
    BatchPlan plan = BatchPlan.inOrder(batch);
    return ShardPass.over(
            sc,
            graph,
            shards,
            "evaluate",
            "evaluate " + shards.images() + " images",
            EvaluationSums.class,
            (network, shard) -> sums(network, shard, pipeline, plan, classes, Interruption::check))
        .stream()
        .reduce(EvaluationSums::plus)
        .orElseThrow()
        .result();
  }

  static int classes(ComputationGraph graph) {
    String output = graph.getConfiguration().getNetworkOutputs().get(0);
    return LayerWeights.kind(graph.getLayer(output)) instanceof FeedForwardLayer layer
        ? Math.toIntExact(layer.getNOut())
        : 0;
  }

  /**
   * Judges a network on a shard.
   *
   * @param before is called before each batch, and may throw
   */
  static EvaluationSums sums(
      ComputationGraph graph,
      ImageShard shard,
      ImagePipeline pipeline,
      BatchPlan plan,
      int classes,
      Runnable before) {
    EvaluationSums sums = new EvaluationSums();
    Epoch batches = new Epoch(shard.images(), pipeline, plan);
    try (Predictor predictor = new Predictor(graph, TaskThreads.here())) {
      for (int k = 0; k < batches.size(); k++) {
        before.run();
        Batch batch = batches.batch(k);
        DataSet data =
            BatchAdapter.plain()
                .adapt(batch, classes, RandomStreams.of(0, "evaluation", shard.id(), k));
        sums.add(predictor.probabilities(data.getFeatures()), batch.labels());
      }
    }
    return sums;
  }
}
