package org.espalier.jobs.config;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cluster.
 *
 * @param master master URL; empty for what spark-submit says, and {@code local[*]} without it
 * @param partitions parts into which the data are cut, at least 1; empty for Spark's default
 *     parallelism
 * @param threadsPerTask threads of a task, at least 1, for which Spark sets as many CPUs aside;
 *     empty for as many as Spark's own configuration sets aside
 * @param properties Spark properties by full name
 */
public record SparkConfig(
    Optional<String> master,
    OptionalInt partitions,
    OptionalInt threadsPerTask,
    Map<String, String> properties) {

  /** Copies the properties. */
  public SparkConfig {
    properties = Map.copyOf(properties);
  }

  static SparkConfig from(Section section) {
    return new SparkConfig(
        section.optionalText("master"),
        section.optionalWhole("partitions", 1),
        section.optionalWhole("threadsPerTask", 1),
        section.section("conf").properties());
  }
}
