package org.espalier.spark.training;

import java.io.Serializable;

/**
 * What all workers together have done since some moment of an epoch.
 *
 * @param steps steps taken, as the busiest worker counts
 * @param images images trained on
 * @param lossSum the sum of losses, each times its batch's images, regularisation included
 * @param judged images whose prediction was judged
 * @param right how many of those were right
 * @param seconds the time it took
 */
public record EpochSums(
    int steps, long images, double lossSum, long judged, long right, double seconds)
    implements Serializable {

  /** Those of an epoch that has not begun. */
  public static final EpochSums NONE = new EpochSums(0, 0, 0, 0, 0, 0);

  /** Returns what a segment adds. */
  static EpochSums of(WorkerResult result, double seconds) {
    return new EpochSums(
        result.steps(),
        result.parameters().weight(),
        result.lossSum(),
        result.judged(),
        result.right(),
        seconds);
  }

  /** Returns both, one after the other. */
  EpochSums plus(EpochSums next) {
    return new EpochSums(
        steps + next.steps,
        images + next.images,
        lossSum + next.lossSum,
        judged + next.judged,
        right + next.right,
        seconds + next.seconds);
  }

  /** Returns the mean loss; NaN without images. */
  double loss() {
    return lossSum / images;
  }

  /** Returns the share of judged images that were right; NaN where none was judged. */
  double accuracy() {
    return (double) right / judged;
  }
}
