package org.espalier.jobs.config;

/** The configuration of the verb {@code abc}. */
public record AbcJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    AbcConfig abc,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    SparkConfig spark)
    implements CompressionJobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static AbcJobConfig from(Section root) {
    return new AbcJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        CompressionJobConfig.baseline(root),
        AbcConfig.from(root.section("abc")),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
