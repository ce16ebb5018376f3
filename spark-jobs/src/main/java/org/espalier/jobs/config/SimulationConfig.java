package org.espalier.jobs.config;

import java.util.List;

/**
 * The cluster that a benchmark of scaling models.
 *
 * @param executors numbers of executors, each at least 1; none for no simulation
 * @param gigabitsPerSecond what a machine sends and, at the same time, receives, above 0
 * @param latencyMillis from one machine to another, at least 0
 * @param overlap the share of the gradients' exchange that passes while others are computed, in [0,
 *     1]; for allreduce
 * @param steps steps drawn for each number of executors, at least 1
 */
public record SimulationConfig(
    List<Integer> executors,
    double gigabitsPerSecond,
    double latencyMillis,
    double overlap,
    int steps) {

  static SimulationConfig from(Section section) {
    return new SimulationConfig(
        section.wholes("executors", 1),
        section.number("gigabitsPerSecond", Interval.above(0)),
        section.number("latencyMillis", Interval.atLeast(0)),
        section.number("overlap", Interval.closed(0, 1)),
        section.whole("steps", 1));
  }
}
