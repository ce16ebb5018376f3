package org.espalier.jobs.config;

/** The configuration of the verb {@code ptq}. */
public record PtqJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    PtqConfig ptq,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    SparkConfig spark)
    implements CompressionJobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static PtqJobConfig from(Section root) {
    return new PtqJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        CompressionJobConfig.baseline(root),
        PtqConfig.from(root.section("ptq")),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
