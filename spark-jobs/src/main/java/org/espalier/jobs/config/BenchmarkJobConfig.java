package org.espalier.jobs.config;

/** The configuration of the verb {@code benchmark}. */
public record BenchmarkJobConfig(
    long seed, String output, BenchmarkConfig benchmark, SparkConfig spark) implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static BenchmarkJobConfig from(Section root) {
    return new BenchmarkJobConfig(
        root.seed("seed"),
        root.text("output"),
        BenchmarkConfig.from(root.section("benchmark")),
        SparkConfig.from(root.section("spark")));
  }
}
