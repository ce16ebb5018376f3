package org.espalier.spark.training;

import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.Epoch;
import org.nd4j.linalg.dataset.DataSet;

/** The batches of an image shard in one epoch of a plan. */
final class ShardBatches implements WorkerBatches {
  private final TrainingPlan plan;
  private final ImageShard shard;
  private final int epoch;
  private final Epoch batches;

  ShardBatches(TrainingPlan plan, ImageShard shard, int epoch) {
    this.plan = plan;
    this.shard = shard;
    this.epoch = epoch;
    this.batches = new Epoch(shard.images(), plan.pipeline(), plan.batches(epoch, shard.id()));
  }

  @Override
  public int steps() {
    return plan.steps(shard.size());
  }

  @Override
  public WorkerBatch batch(int step) {
    Batch batch = batches.batch(step);
    SplittableRandom random =
        RandomStreams.of(plan.seed(), "batch/" + plan.stage(), epoch, shard.id(), step);
    DataSet data = plan.adapter().adapt(batch, plan.classes(), random);
    return new WorkerBatch(data.toMultiDataSet(), batch.size());
  }
}
