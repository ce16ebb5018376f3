package org.espalier.jobs.config;

/** The configuration of the verb {@code export}. */
public record ExportJobConfig(
    long seed,
    String output,
    DataConfig data,
    ModelConfig model,
    ExportConfig export,
    SparkConfig spark)
    implements JobConfig {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static ExportJobConfig from(Section root) {
    Section model = root.section("model");
    if (model.isNull("weights")) {
      throw model.error("weights", "must name the file with the network to export");
    }
    return new ExportJobConfig(
        root.seed("seed"),
        root.text("output"),
        DataConfig.from(root.section("data")),
        ModelConfig.from(model),
        ExportConfig.from(root.section("export")),
        SparkConfig.from(root.section("spark")));
  }

  /** Whether images are read: to calibrate, or where the data's folder is named. */
  public boolean readsData() {
    return export.calibration() > 0 || data.path().isPresent();
  }
}
