package org.espalier.jobs;

import java.util.ArrayList;
import java.util.List;
import org.espalier.jobs.config.Settings;
import picocli.CommandLine.Option;

/** The options by which a verb is configured. */
final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (HOCON): a local file or a Hadoop URI.")
  private String file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one key, above FILE; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark's master, above the key spark.master.")
  private String master;

  @Option(
      names = "--print-config",
      description = "Prints the effective configuration, every key with its meaning, and ends.")
  private boolean printConfig;

  /** Reads the layers of a verb's configuration. */
  Settings load(String verb) {
    return load(verb, List.of());
  }

  /** Reads the layers, and above them what other options of the verb say, as key=value. */
  Settings load(String verb, List<String> shorthands) {
    List<String> all = new ArrayList<>(overrides);
    all.addAll(shorthands);
    if (master != null) {
      all.add("spark.master=" + master);
    }
    return Settings.load(verb, file, all);
  }

  boolean printConfig() {
    return printConfig;
  }
}
