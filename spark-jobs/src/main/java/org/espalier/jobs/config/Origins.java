package org.espalier.jobs.config;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;

/** Says where a value was written, and what it is, as messages show them. */
final class Origins {
  private static final int LONGEST = 80;

  private Origins() {}

  /** Returns {@code file:line}, the command-line option that set the value, or {@code default}. */
  static String describe(ConfigValue value) {
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
    String text = value.render(ConfigRenderOptions.concise());
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }
}
