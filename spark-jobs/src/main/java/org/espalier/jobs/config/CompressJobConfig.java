package org.espalier.jobs.config;

import java.util.List;

/**
 * The configuration of the verb {@code compress}.
 *
 * @param pipeline the algorithms in their order
 */
public record CompressJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    List<Algorithm> pipeline,
    PruneConfig prune,
    ScopConfig scop,
    AbcConfig abc,
    QatConfig qat,
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
  public static CompressJobConfig from(Section root) {
    List<Algorithm> pipeline = root.choices("pipeline", Algorithm.class);
    if (pipeline.isEmpty()) {
      throw root.error("pipeline", "must name at least one algorithm");
    }
    if (pipeline.size() > pipeline.stream().distinct().count()) {
      throw root.error("pipeline", "must name each algorithm at most once");
    }
    List<Algorithm> unfinished = pipeline.subList(0, pipeline.size() - 1);
    if (unfinished.contains(Algorithm.QAT) || unfinished.contains(Algorithm.PTQ)) {
      throw root.error("pipeline", "must have nothing behind qat or ptq");
    }
    return new CompressJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(root.section("model")),
        CompressionJobConfig.baseline(root),
        pipeline,
        PruneConfig.from(root.section("prune")),
        ScopConfig.from(root.section("scop")),
        AbcConfig.from(root.section("abc")),
        QatConfig.from(root.section("qat")),
        PtqConfig.from(root.section("ptq")),
        EvaluationConfig.from(root.section("evaluation")),
        CheckpointConfig.from(root.section("checkpoint")),
        SparkConfig.from(root.section("spark")));
  }
}
