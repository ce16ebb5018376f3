package org.espalier.jobs.benchmark.scaling;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured of a contender on some executors.
 *
 * @param executors how many
 * @param batch images a step and executor
 * @param imagesPerSecond of each measured pass, all executors together, in order; at least one
 * @param steps single steps of the executors, at once; one entry an executor
 * @param top1 accuracy on the test images after the budget, in [0, 1]; NaN where there is none
 */
public record Measured(
    int executors, int batch, List<Double> imagesPerSecond, List<StepTimes> steps, double top1) {

  /** Copies the lists. */
  public Measured {
    imagesPerSecond = List.copyOf(imagesPerSecond);
    steps = List.copyOf(steps);
  }

  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double lowest() {
    return sorted()[0];
  }

  double highest() {
    return sorted()[imagesPerSecond.size() - 1];
  }

  private double[] sorted() {
    double[] sorted = imagesPerSecond.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Returns the seconds of a step in a pass of median speed. */
  double secondsPerStep() {
    return (double) executors * batch / median();
  }

  /** Returns the seconds of a step that are an executor's own computation, on average. */
  double computationPerStep() {
    return steps.stream().mapToDouble(StepTimes::mean).average().orElseThrow();
  }

  double firstStepMillis() {
    return steps.stream().mapToDouble(StepTimes::firstStepMillis).max().orElseThrow();
  }
}
