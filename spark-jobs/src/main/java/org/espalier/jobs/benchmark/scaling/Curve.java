package org.espalier.jobs.benchmark.scaling;

import java.util.List;

/**
 * How a contender gets faster with executors.
 *
 * @param speedup2 images a second of two executors in multiples of one's; null where two were not
 *     measured
 * @param points one for each number of executors, in rising order
 */
public record Curve(Double speedup2, List<Point> points) {

  /**
   * A number of executors.
   *
   * @param executors how many
   * @param batch images a step and executor
   * @param imagesPerSecond the passes' median, all executors together
   * @param imagesPerSecondMin the slowest pass
   * @param imagesPerSecondMax the fastest pass
   * @param speedup in multiples of one executor
   * @param efficiency the speedup in multiples of the executors
   * @param secondsPerStep of a pass of median speed
   * @param shareOfTimeInReduction of a step, what is not an executor's own computation: to combine,
   *     to wait for the slowest, to start tasks; in [0, 1]
   * @param firstStepMillis from no network to the end of its first training step, in the slowest
   *     task
   * @param top1 accuracy on the test images after the budget, in [0, 1]; NaN where there is none
   */
  public record Point(
      int executors,
      int batch,
      double imagesPerSecond,
      double imagesPerSecondMin,
      double imagesPerSecondMax,
      double speedup,
      double efficiency,
      double secondsPerStep,
      double shareOfTimeInReduction,
      double firstStepMillis,
      double top1) {}

  /**
   * Sums up measurements.
   *
   * @param measured of one executor, and of more in rising order
   */
  public static Curve of(List<Measured> measured) {
    double one = measured.get(0).median();
    List<Point> points = measured.stream().map(m -> point(m, one)).toList();
    Double speedup2 =
        points.stream()
            .filter(point -> point.executors() == 2)
            .map(Point::speedup)
            .findFirst()
            .orElse(null);
    return new Curve(speedup2, points);
  }

  private static Point point(Measured measured, double one) {
    double speedup = measured.median() / one;
    double rest = 1 - measured.computationPerStep() / measured.secondsPerStep();
    return new Point(
        measured.executors(),
        measured.batch(),
        measured.median(),
        measured.lowest(),
        measured.highest(),
        speedup,
        speedup / measured.executors(),
        measured.secondsPerStep(),
        Math.max(0, rest),
        measured.firstStepMillis(),
        measured.top1());
  }
}
