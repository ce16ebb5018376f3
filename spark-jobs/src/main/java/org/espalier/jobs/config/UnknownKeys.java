package org.espalier.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Refuses keys that the verb's reference configuration does not have. */
final class UnknownKeys {
  private final List<String> allowed = new ArrayList<>();

  private UnknownKeys(ConfigObject reference) {
    collect("", reference);
  }

  /**
   * Compares a configuration with the reference, whose keys are all the keys there are.
   *
   * @throws InvalidConfigException for the first unknown key, and for a value in a section's place
   *     or a section in a value's
   */
  static void refuse(Config effective, Config reference) {
    new UnknownKeys(reference.root()).check("", effective.root(), reference.root());
  }

  private void collect(String path, ConfigObject section) {
    for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
      String key = join(path, entry.getKey());
      allowed.add(key);
      if (entry.getValue() instanceof ConfigObject child) {
        collect(key, child);
      }
    }
  }

  private void check(String path, ConfigObject section, ConfigObject reference) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(section).entrySet()) {
      String key = join(path, entry.getKey());
      ConfigValue value = entry.getValue();
      ConfigValue known = reference.get(entry.getKey());
      if (known == null) {
        throw new InvalidConfigException(unknown(key, value, reference, path));
      }
      boolean section1 = value.valueType() == ConfigValueType.OBJECT;
      if (known instanceof ConfigObject child) {
        if (!section1) {
          throw new InvalidConfigException(
              String.format(
                  "%s must be a section with %s: %s (%s)",
                  key, keys(child), Origins.render(value), Origins.describe(value)));
        }
        if (!key.equals(Settings.OPEN_SECTION)) {
          check(key, (ConfigObject) value, child);
        }
      } else if (section1) {
        throw new InvalidConfigException(
            String.format(
                "%s must be a value, not a section: %s (%s)",
                key, Origins.render(value), Origins.describe(value)));
      }
    }
  }

  private String unknown(String key, ConfigValue value, ConfigObject siblings, String path) {
    List<String> near = Suggestions.nearest(key, allowed);
    String hint =
        near.isEmpty()
            ? "allowed " + (path.isEmpty() ? "" : "in " + path + " ") + "are " + keys(siblings)
            : "did you mean " + String.join(" or ", near) + "?";
    return "Unknown key " + key + " (" + Origins.describe(value) + "); " + hint;
  }

  private static String keys(ConfigObject section) {
    return section.isEmpty() ? "keys" : String.join(", ", new TreeMap<>(section).keySet());
  }

  private static String join(String path, String key) {
    String element = ConfigUtil.joinPath(key);
    return path.isEmpty() ? element : path + "." + element;
  }
}
