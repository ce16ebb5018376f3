package org.espalier.jobs.config;

/** The configuration of the verb {@code data}'s commands that open a data set. */
public record DataJobConfig(DataConfig data) {

  /**
   * Reads and checks the whole configuration.
   *
   * @throws InvalidConfigException for the first value that cannot be used
   */
  public static DataJobConfig from(Section root) {
    return new DataJobConfig(DataConfig.from(root.section("data")));
  }
}
