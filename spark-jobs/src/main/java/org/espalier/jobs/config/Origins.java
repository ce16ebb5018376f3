package org.espalier.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

/** Says where a value was written, and what it is, as messages show them. */
final class Origins {
  private static final int LONGEST = 80;

  private Origins() {}

  /** Returns {@code file:line}, the command-line option that set the value, or {@code default}. */
  static String describe(ConfigValue value) {
    if (value instanceof ConfigObject section && !section.isEmpty()) {
      return describe(section.values().iterator().next());
    }
    ConfigOrigin origin = value.origin();
    String description = origin.description();
    if (origin.resource() != null) {
      return "default";
    }
    String line = ": " + origin.lineNumber();
    return origin.lineNumber() > 0 && description.endsWith(line)
        ? description.substring(0, description.length() - line.length()) + ":" + origin.lineNumber()
        : description;
  }

  /** Returns the value as one would write it, shortened where it is long. */
  static String render(ConfigValue value) {
    // A number's text is the one that was written: 1.0 is not shown as 1.
    String text =
        value.valueType() == ConfigValueType.NUMBER
            ? value.atKey("v").getString("v")
            : value.render(ConfigRenderOptions.concise());
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }
}
