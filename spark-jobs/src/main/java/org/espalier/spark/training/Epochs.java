package org.espalier.spark.training;

/** Takes a loop through the epochs of a plan, segment by segment. */
final class Epochs {
  private final Shards shards;
  private final TrainingPlan plan;
  private final int longest;
  private final CheckpointInterval interval;
  private final TrainingProgress progress;
  private final int steps;
  private final long images;

  /**
   * Prepares for a plan.
   *
   * @param longest the most steps of a segment, at least 1
   * @param interval when states are due to be kept
   * @throws IllegalArgumentException when no shard has enough images for a step
   */
  Epochs(
      Shards shards,
      TrainingPlan plan,
      int longest,
      CheckpointInterval interval,
      TrainingProgress progress) {
    this.shards = shards;
    this.plan = plan;
    this.longest = longest;
    this.interval = interval;
    this.progress = progress;
    this.steps = plan.steps(shards);
    this.images = plan.images(shards);
  }

  /** Trains from the loop's state to the end of the plan; returns the state there. */
  TrainingState train(TrainingLoop loop) {
    while (loop.state().epoch() < plan.epochs()) {
      EpochSums sinceKept = EpochSums.NONE;
      while (loop.state().sums().steps() < steps) {
        EpochSums segment = segment(loop);
        progress.segment(SegmentReport.of(plan, loop.state(), segment, images));
        sinceKept = sinceKept.plus(segment);
        if (loop.state().sums().steps() < steps && interval.isDue(sinceKept)) {
          progress.keep(loop.state());
          sinceKept = EpochSums.NONE;
        }
      }
      SegmentReport whole = SegmentReport.of(plan, loop.state(), loop.state().sums(), images);
      loop.endEpoch();
      progress.epoch(loop.state(), whole);
      progress.keep(loop.state());
    }
    return loop.state();
  }

  private EpochSums segment(TrainingLoop loop) {
    TrainingPlan shipped = plan;
    int from = loop.state().sums().steps();
    return loop.run(
        shards.rdd(),
        (shard, epoch) -> new ShardBatches(shipped, shard, epoch),
        plan.stage(),
        plan.seed(),
        from,
        from + Math.min(steps - from, longest));
  }
}
