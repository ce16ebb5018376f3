package org.espalier.jobs.config;

/** The configuration of the verb {@code train}. */
public record TrainJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    EvaluationConfig evaluation,
    CheckpointConfig checkpoint,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static TrainJobConfig from(Section root) {
    Section training = root.section("training");
    training.whole("epochs", 1);
    return new TrainJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        TrainingConfig.from(training),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
