package org.espalier.jobs.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How fast a network is.
 *
 * @param name whose layers it has
 * @param trainImagesPerSecond training, the rounds' median
 * @param inferImagesPerSecond inference, the rounds' median
 * @param firstStepMillis from no network to the end of its first training step, in the slowest task
 * @param rounds what was measured, in order
 */
public record Speed(
    String name,
    double trainImagesPerSecond,
    double inferImagesPerSecond,
    double firstStepMillis,
    List<Round> rounds) {

  static Speed of(String name, double firstStepMillis, List<Round> rounds) {
    return new Speed(
        name,
        median(rounds, Round::trainImagesPerSecond),
        median(rounds, Round::inferImagesPerSecond),
        firstStepMillis,
        List.copyOf(rounds));
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
