package org.espalier.jobs.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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
        median(rounds.stream().mapToDouble(Round::trainImagesPerSecond)),
        median(rounds.stream().mapToDouble(Round::inferImagesPerSecond)),
        firstStepMillis,
        List.copyOf(rounds));
  }

  /**
   * Returns the median of a value in multiples of another's in the same round, which drifts less
   * with the machine than each of them.
   *
   * @param other who was measured in turns with this
   */
  double over(Speed other, ToDoubleFunction<Round> value) {
    return median(
        IntStream.range(0, rounds.size())
            .mapToDouble(
                i ->
                    value.applyAsDouble(rounds.get(i))
                        / value.applyAsDouble(other.rounds().get(i))));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
