package org.espalier.spark.training;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.transform.ImagePipeline;

/**
 * Trains and judges a network within one task, or without Spark: all images are here, and nobody
 * else takes part.
 *
 * <p>The same network, plan and images give the same result, whatever the thread, its task's
 * attempt or the number of processors. Closing it frees what was compiled; the network stays.
 */
public final class SoloTraining implements AutoCloseable {
  private final ComputationGraph graph;
  private final TrainingPlan plan;
  private final Runnable before;
  private final WorkerNetwork network;

  /**
   * Begins.
   *
   * @param graph the network that is trained, in place
   * @param plan how; each epoch is asked for, its epochs do not matter
   * @param before is called before each batch, and may throw to end it
   */
  public SoloTraining(ComputationGraph graph, TrainingPlan plan, Runnable before) {
    this.graph = graph;
    this.plan = plan;
    this.before = before;
    this.network = new WorkerNetwork(graph);
  }

  /**
   * Trains for an epoch.
   *
   * @param epoch which, from 0
   * @return the mean loss, regularisation included
   * @throws TrainingException when a loss is not finite, or there are too few images for a step
   */
  public double train(ImageShard images, int epoch) {
    ShardBatches batches = new ShardBatches(plan, images, epoch);
    int steps = batches.steps();
    if (steps == 0) {
      throw new TrainingException(
          "Cannot train: there are too few images for a step (" + images.size() + ")");
    }
    Segment segment =
        new Segment(
            plan.stage(),
            plan.seed(),
            epoch,
            graph.getIterationCount(),
            0,
            steps,
            plan.precision());
    segment.begin(graph);
    segment.seed(images.id(), 0);
    double lossSum = 0;
    long seen = 0;
    for (int step = 0; step < steps; step++) {
      before.run();
      WorkerBatch batch = batches.batch(step);
      network.train(batch.data(), plan.precision(), TaskThreads.here());
      double loss = graph.score();
      if (!Double.isFinite(loss)) {
        throw new TrainingException(
            segment.diverged(loss, String.format("epoch %d, step %d", epoch, step)));
      }
      lossSum += loss * batch.images();
      seen += batch.images();
    }
    return lossSum / seen;
  }

  /**
   * Returns a copy of the network whose batch normalisations have the exact moments of some images
   * as running statistics.
   *
   * @throws IllegalArgumentException when there are too few images for a batch
   */
  public ComputationGraph recalibrated(ImageShard images) {
    Segment whole = new Segment(plan.stage(), plan.seed(), 0, 0, 0, 0, plan.precision());
    whole.seed(images.id(), 0);
    ShardBatches batches = new ShardBatches(plan, images, 0);
    return DistributedRecalibration.observe(graph, batches, before).recalibrate(graph);
  }

  /**
   * Judges a network.
   *
   * @param judged this one, or its {@linkplain #recalibrated recalibrated} copy; not changed
   * @param pipeline what makes floats of an image; usually only a normalisation
   * @throws TrainingException when the network's output is not a number
   */
  public Evaluation evaluate(ComputationGraph judged, ImageShard images, ImagePipeline pipeline) {
    return DistributedEvaluation.sums(
            judged,
            images,
            pipeline,
            BatchPlan.inOrder(plan.batch()),
            DistributedEvaluation.classes(judged),
            before)
        .result();
  }

  @Override
  public void close() {
    network.close();
  }
}
