package org.espalier.jobs.config;

/** The configuration of the verb {@code evaluate}. */
public record EvaluateJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    EvaluationConfig evaluation,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static EvaluateJobConfig from(Section root) {
    Section model = root.section("model");
    if (model.isNull("weights")) {
      throw model.error("weights", "must name the file with the weights to evaluate");
    }
    return new EvaluateJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(model),
        EvaluationConfig.from(root.section("evaluation")),
        SparkConfig.from(root.section("spark")));
  }
}
