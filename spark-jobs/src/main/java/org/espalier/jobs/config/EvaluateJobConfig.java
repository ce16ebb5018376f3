package org.espalier.jobs.config;

/**
 * The configuration of the verb {@code evaluate}.
 *
 * @param runtime what runs the network; ONNX Runtime takes .onnx files only
 */
public record EvaluateJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    EvaluationConfig evaluation,
    NetworkRuntime runtime,
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
    ModelConfig network = ModelConfig.from(model);
    NetworkRuntime runtime = root.section("evaluate").choice("runtime", NetworkRuntime.class);
    if (runtime == NetworkRuntime.ONNX && !network.isOnnx()) {
      throw model.error("weights", "must be an .onnx file where evaluate.runtime is onnx");
    }
    return new EvaluateJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        network,
        EvaluationConfig.from(root.section("evaluation")),
        runtime,
        SparkConfig.from(root.section("spark")));
  }
}
