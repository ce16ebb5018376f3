package org.espalier.jobs.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.spark.resources.GpuRequest;

/**
 * The cluster.
 *
 * @param master master URL; empty for what spark-submit says, and {@code local[*]} without it
 * @param partitions parts into which the data are cut, at least 1; empty for Spark's default
 *     parallelism
 * @param threadsPerTask threads of a task, at least 1, for which Spark sets as many CPUs aside;
 *     empty for as many as Spark's own configuration sets aside
 * @param gpus the GPUs to ask for; empty to compute on CPUs
 * @param properties Spark properties by full name
 */
public record SparkConfig(
    Optional<String> master,
    OptionalInt partitions,
    OptionalInt threadsPerTask,
    Optional<GpuRequest> gpus,
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
        gpus(section),
        section.section("conf").properties());
  }

  private static Optional<GpuRequest> gpus(Section section) {
    double perTask = section.number("gpusPerTask", Interval.closed(0, 1));
    if (perTask == 0) {
      for (String key : List.of("gpusPerExecutor", "gpuDiscoveryScript")) {
        if (!section.isNull(key)) {
          throw section.error(key, "must be null where spark.gpusPerTask is 0");
        }
      }
      return Optional.empty();
    }
    if (!GpuRequest.isShare(perTask)) {
      throw section.error("gpusPerTask", "must be 0, at most 0.5, or 1");
    }
    return Optional.of(
        new GpuRequest(
            perTask,
            section.optionalWhole("gpusPerExecutor", 1).orElse(1),
            section.optionalText("gpuDiscoveryScript")));
  }
}
