package org.espalier.jobs.config;

/** The configuration of the verb {@code scop}. */
public record ScopJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    ScopConfig scop,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    SparkConfig spark)
    implements CompressionJobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static ScopJobConfig from(Section root) {
    return new ScopJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        CompressionJobConfig.baseline(root),
        ScopConfig.from(root.section("scop")),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
