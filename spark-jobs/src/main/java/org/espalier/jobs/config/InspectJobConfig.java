package org.espalier.jobs.config;

/** The configuration of the verb {@code inspect}. */
public record InspectJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    EvaluationConfig evaluation,
    InspectConfig inspect,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static InspectJobConfig from(Section root) {
    return new InspectJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        EvaluationConfig.from(root.section("evaluation")),
        InspectConfig.from(root.section("inspect")),
        SparkConfig.from(root.section("spark")));
  }
}
