package org.espalier.jobs.config;

/** The configuration of the verb {@code benchmark scaling}. */
public record ScalingJobConfig(
    long seed,
    String output,
    DataConfig data,
    ScalingConfig benchmark,
    EvaluationConfig evaluation,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static ScalingJobConfig from(Section root) {
    return new ScalingJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ScalingConfig.from(root.section("benchmark")),
        EvaluationConfig.from(root.section("evaluation")),
        SparkConfig.from(root.section("spark")));
  }
}
