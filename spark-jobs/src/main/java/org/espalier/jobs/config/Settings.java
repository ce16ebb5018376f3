package org.espalier.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A verb's effective configuration: its reference configuration, under the user's file, under the
 * command line's settings.
 *
 * <p>The reference configuration, a resource named after the verb, has every key that there is; any
 * other is refused. Values are read through {@link #root}.
 */
public final class Settings {
  /** The one section whose keys are the user's: Spark properties. */
  static final String OPEN_SECTION = "spark.conf";

  private static final String RESOURCES = "org/espalier/jobs/";
  private static final String HADOOP_PREFIX = "spark.hadoop.";

  private final String verb;
  private final Config reference;
  private final Config effective;
  private final Configuration hadoop;

  private Settings(String verb, Config reference, Config effective) {
    this.verb = verb;
    this.reference = reference;
    this.effective = effective;
    this.hadoop = hadoopConfiguration(effective);
  }

  /**
   * Reads the layers, and refuses keys that the verb does not know.
   *
   * @param verb the verb, whose reference configuration is on the class path
   * @param file the user's file: a local path or a Hadoop URI; null for none
   * @param overrides settings of the form {@code key=value}, the later ones stronger
   * @throws InvalidConfigException when the file is missing or is not HOCON, or a key is unknown
   */
  public static Settings load(String verb, String file, List<String> overrides) {
    Config reference = reference(verb);
    try {
      Config merged =
          Overrides.parse(overrides)
              .withFallback(file == null ? ConfigFactory.empty() : parse(file))
              .withFallback(reference)
              .resolve();
      UnknownKeys.refuse(merged, reference);
      return new Settings(verb, reference, flattenOpenSection(merged));
    } catch (ConfigException e) {
      throw new InvalidConfigException("Cannot read the configuration: " + e.getMessage(), e);
    }
  }

  private static Config reference(String verb) {
    String resource = RESOURCES + verb + ".conf";
    ClassLoader loader = Settings.class.getClassLoader();
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setClassLoader(loader);
    return ConfigFactory.parseResources(loader, resource, options).resolve();
  }

  private static Config parse(String file) {
    try {
      Path path = new Path(file);
      FileSystem files = path.getFileSystem(hadoopConfiguration(ConfigFactory.empty()));
      if (!files.exists(path)) {
        throw new InvalidConfigException("Cannot read the configuration: no such file: " + file);
      }
      if (files.getFileStatus(path).isDirectory()) {
        throw new InvalidConfigException("Cannot read the configuration: is a folder: " + file);
      }
      if (files.getUri().getScheme().equals("file")) {
        // Parsed as a file, it may include others beside it.
        return ConfigFactory.parseFile(
            new java.io.File(path.toUri().getPath()),
            ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(file)
                .setAllowMissing(false));
      }
      try (InputStream in = files.open(path)) {
        return ConfigFactory.parseString(
            new String(in.readAllBytes(), StandardCharsets.UTF_8),
            ConfigParseOptions.defaults().setOriginDescription(file));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidConfigException(
          "Cannot read the configuration: " + e.getMessage() + ": " + file, e);
    }
  }

  /** Brings {@code a.b.c = x} written as nested keys to the one key "a.b.c"; such a key wins. */
  private static Config flattenOpenSection(Config merged) {
    Map<String, ConfigValue> flat = new TreeMap<>();
    ConfigObject section = merged.getObject(OPEN_SECTION);
    for (Map.Entry<String, ConfigValue> entry : section.toConfig().entrySet()) {
      flat.put(String.join(".", ConfigUtil.splitPath(entry.getKey())), entry.getValue());
    }
    flat.keySet().stream()
        .filter(section::containsKey)
        .forEach(key -> flat.replace(key, section.get(key)));
    return merged.withValue(
        OPEN_SECTION, ConfigValueFactory.fromMap(flat, section.origin().description()));
  }

  private static Configuration hadoopConfiguration(Config effective) {
    Configuration hadoop = new Configuration();
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(HADOOP_PREFIX))
        .forEach(name -> setHadoop(hadoop, name, System.getProperty(name)));
    if (effective.hasPath(OPEN_SECTION)) {
      effective.getObject(OPEN_SECTION).unwrapped().entrySet().stream()
          .filter(entry -> entry.getKey().startsWith(HADOOP_PREFIX) && entry.getValue() != null)
          .forEach(entry -> setHadoop(hadoop, entry.getKey(), entry.getValue().toString()));
    }
    return hadoop;
  }

  private static void setHadoop(Configuration hadoop, String name, String value) {
    hadoop.set(name.substring(HADOOP_PREFIX.length()), value);
  }

  /** Returns the verb. */
  public String verb() {
    return verb;
  }

  /** Returns the whole configuration, to be read key by key. */
  public Section root() {
    return new Section("", effective.root(), hadoop);
  }

  /** Returns how file systems are reached: Hadoop's files, and the spark.hadoop properties. */
  public Configuration hadoop() {
    return new Configuration(hadoop);
  }

  /** Returns the values as maps, lists, texts, numbers, truth values and nulls. */
  public Map<String, Object> asMap() {
    return new TreeMap<>(effective.root().unwrapped());
  }

  /** Returns the configuration as HOCON, with what each key means and who set it. */
  public String print() {
    return new EffectivePrinter(verb, reference).print(effective);
  }

  /**
   * Returns a digest of everything that a result depends on.
   *
   * <p>Two runs with the same digest compute the same, so that one may take up the other's
   * checkpoints. Where the results go, where Spark runs and how it is tuned are left out; the
   * number of partitions is in.
   */
  public String fingerprint() {
    return Fingerprint.of(verb, asMap());
  }
}
