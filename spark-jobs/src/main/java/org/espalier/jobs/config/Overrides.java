package org.espalier.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;

/** Reads the command line's {@code key=value} settings. */
final class Overrides {
  private Overrides() {}

  /** Returns all settings as one layer; of two for the same key the later one holds. */
  static Config parse(List<String> settings) {
    Config layer = ConfigFactory.empty();
    for (String setting : settings) {
      layer = parseOne(setting).withFallback(layer);
    }
    return layer;
  }

  private static Config parseOne(String setting) {
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      throw new InvalidConfigException("--set must be given as key=value: " + setting);
    }
    String key = setting.substring(0, equals).strip();
    String path;
    try {
      path =
          key.startsWith(Settings.OPEN_SECTION + ".")
              ? Settings.OPEN_SECTION
                  + "."
                  + ConfigUtil.quoteString(key.substring(Settings.OPEN_SECTION.length() + 1))
              : ConfigUtil.joinPath(ConfigUtil.splitPath(key));
    } catch (ConfigException e) {
      throw new InvalidConfigException(
          "--set must be given a key like training.epochs: " + setting, e);
    }
    return ConfigFactory.empty().withValue(path, value(setting.substring(equals + 1), key));
  }

  /**
   * Reads a value: lists, sections and quoted strings as in a file, null, truth values and numbers;
   * everything else is text as it stands, so that paths and URLs need no quotes.
   */
  private static ConfigValue value(String raw, String key) {
    String text = raw.strip();
    String origin = "--set " + key;
    if (text.startsWith("[") || text.startsWith("{") || text.startsWith("\"")) {
      try {
        Object parsed = ConfigFactory.parseString("v = " + text).getValue("v").unwrapped();
        return ConfigValueFactory.fromAnyRef(parsed, origin);
      } catch (ConfigException e) {
        throw new InvalidConfigException("Cannot read --set " + key + "=" + raw + ": not HOCON", e);
      }
    }
    return ConfigValueFactory.fromAnyRef(scalar(text), origin);
  }

  private static Object scalar(String text) {
    switch (text) {
      case "null":
        return null;
      case "true":
        return true;
      case "false":
        return false;
      default:
        break;
    }
    if (text.matches("[+-]?\\d{1,9}")) {
      return Integer.valueOf(text);
    }
    if (text.matches("[+-]?\\d{1,18}")) {
      return Long.valueOf(text);
    }
    if (text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      return Double.valueOf(text);
    }
    return text;
  }
}
