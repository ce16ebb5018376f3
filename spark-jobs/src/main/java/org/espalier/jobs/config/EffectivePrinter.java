package org.espalier.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Prints a configuration as HOCON: comments and order from the reference, values from the user. */
final class EffectivePrinter {
  private static final List<String> FIRST = List.of("seed", "output", "data", "model");
  private static final List<String> LAST = List.of("evaluation", "spark");

  private final String verb;
  private final Config reference;
  private final StringBuilder text = new StringBuilder();

  EffectivePrinter(String verb, Config reference) {
    this.verb = verb;
    this.reference = reference;
  }

  String print(Config effective) {
    text.append("# espalier ").append(verb).append(": the effective configuration.\n");
    section("", effective.root(), reference.root());
    return text.toString();
  }

  private void section(String indent, ConfigObject values, ConfigObject known) {
    List<Map.Entry<String, ConfigValue>> entries =
        values.entrySet().stream()
            .sorted(
                Comparator.comparing(
                        (Map.Entry<String, ConfigValue> entry) ->
                            entry.getValue() instanceof ConfigObject)
                    .thenComparing(entry -> rank(entry.getKey()))
                    .thenComparing(entry -> place(known.get(entry.getKey())))
                    .thenComparing(Map.Entry::getKey))
            .toList();
    for (Map.Entry<String, ConfigValue> entry : entries) {
      entry(indent, entry.getKey(), entry.getValue(), known.get(entry.getKey()));
    }
  }

  private static int rank(String key) {
    int first = FIRST.indexOf(key);
    return first >= 0 ? first : FIRST.size() + 1 + LAST.indexOf(key);
  }

  private static int place(ConfigValue known) {
    return known == null ? Integer.MAX_VALUE : known.origin().lineNumber();
  }

  private void entry(String indent, String key, ConfigValue value, ConfigValue known) {
    List<String> comments = known == null ? List.of() : known.origin().comments();
    boolean opening = text.charAt(text.length() - 2) == '{';
    if (!opening && (!comments.isEmpty() || value instanceof ConfigObject)) {
      text.append('\n');
    }
    comments.forEach(line -> text.append(indent).append('#').append(line).append('\n'));
    text.append(indent).append(ConfigUtil.joinPath(key));
    if (value instanceof ConfigObject section) {
      text.append(" {\n");
      ConfigObject below = known instanceof ConfigObject object ? object : section;
      section(indent + "  ", section, below);
      text.append(indent).append("}\n");
      return;
    }
    text.append(" = ").append(value.render(ConfigRenderOptions.concise()));
    if (known == null || !value.equals(known)) {
      text.append("  # set by ").append(Origins.describe(value));
    }
    text.append('\n');
  }
}
