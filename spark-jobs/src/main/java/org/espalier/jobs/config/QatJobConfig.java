package org.espalier.jobs.config;

/** The configuration of the verb {@code qat}. */
public record QatJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    QatConfig qat,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    SparkConfig spark)
    implements CompressionJobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static QatJobConfig from(Section root) {
    return new QatJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        CompressionJobConfig.baseline(root),
        QatConfig.from(root.section("qat")),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
