package org.espalier.jobs.config;

/**
 * The configuration of the verb {@code scop}.
 *
 * @param training training of the baseline: from scratch without {@code model.weights}; with them a
 *     fine-tuning that may have 0 epochs
 */
public record ScopJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    ScopConfig scop,
    EvaluationConfig evaluation,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static ScopJobConfig from(Section root) {
    Section model = root.section("model");
    Section training = root.section("training");
    if (model.isNull("weights") && training.whole("epochs", 0) == 0) {
      throw training.error("epochs", "must be at least 1 when model.weights is null");
    }
    return new ScopJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(model),
        TrainingConfig.from(training),
        ScopConfig.from(root.section("scop")),
        EvaluationConfig.from(root.section("evaluation")),
        SparkConfig.from(root.section("spark")));
  }
}
