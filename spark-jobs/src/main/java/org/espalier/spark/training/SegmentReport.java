package org.espalier.spark.training;

/**
 * What was trained between two averagings, or in an epoch.
 *
 * @param stage the stage's name
 * @param epoch the epoch, counted from 0
 * @param epochs the number of epochs of the stage
 * @param iteration the network's step count at the end
 * @param images images trained on, all workers together
 * @param epochImages images trained on since the epoch began
 * @param epochTotal images of the whole epoch
 * @param loss the mean loss, weighted by images, regularisation included
 * @param accuracy the share of images that the network, in training mode, got right; NaN where it
 *     cannot be told
 * @param seconds the time it took
 */
public record SegmentReport(
    String stage,
    int epoch,
    int epochs,
    int iteration,
    long images,
    long epochImages,
    long epochTotal,
    double loss,
    double accuracy,
    double seconds) {

  /**
   * Reports on a part of an epoch.
   *
   * @param state the state at its end, before the epoch is counted as completed
   */
  static SegmentReport of(TrainingPlan plan, TrainingState state, EpochSums part, long total) {
    return new SegmentReport(
        plan.stage(),
        state.epoch(),
        plan.epochs(),
        state.iteration(),
        part.images(),
        state.sums().images(),
        total,
        part.loss(),
        part.accuracy(),
        part.seconds());
  }
}
