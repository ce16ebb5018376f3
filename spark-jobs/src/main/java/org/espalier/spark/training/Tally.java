package org.espalier.spark.training;

/** Sums up what the segments of an epoch report. */
final class Tally {
  private final TrainingPlan plan;
  private final int epoch;
  private final long epochTotal;
  private final long began = System.nanoTime();
  private long segmentBegan = began;
  private long images;
  private double lossSum;
  private long judged;
  private long right;

  Tally(TrainingPlan plan, int epoch, long epochTotal) {
    this.plan = plan;
    this.epoch = epoch;
    this.epochTotal = epochTotal;
  }

  /** Adds a segment and reports on it alone. */
  SegmentReport add(WorkerResult result, int iteration) {
    long now = System.nanoTime();
    long seen = result.parameters().weight();
    images += seen;
    lossSum += result.lossSum();
    judged += result.judged();
    right += result.right();
    SegmentReport report =
        report(
            iteration, seen, result.lossSum(), result.judged(), result.right(), now - segmentBegan);
    segmentBegan = now;
    return report;
  }

  /** Reports on all segments together. */
  SegmentReport whole(int iteration) {
    return report(iteration, images, lossSum, judged, right, System.nanoTime() - began);
  }

  private SegmentReport report(
      int iteration, long seen, double losses, long judgedNow, long rightNow, long nanos) {
    return new SegmentReport(
        plan.stage(),
        epoch,
        plan.epochs(),
        iteration,
        seen,
        images,
        epochTotal,
        losses / seen,
        (double) rightNow / judgedNow,
        nanos / 1e9);
  }
}
