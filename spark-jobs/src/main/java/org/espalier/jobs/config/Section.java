package org.espalier.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One section of the effective configuration, read key by key.
 *
 * <p>Every reading method throws an {@link InvalidConfigException} of the form "KEY must be WHAT:
 * VALUE (ORIGIN)" when the value is of another type, out of range, or null where null has no
 * meaning. A key that the section lacks is a programming error.
 */
public final class Section {
  private final String path;
  private final ConfigObject values;
  private final Configuration hadoop;

  Section(String path, ConfigObject values, Configuration hadoop) {
    this.path = path;
    this.values = values;
    this.hadoop = hadoop;
  }

  /** Returns the section below this one. */
  public Section section(String key) {
    return new Section(full(key), (ConfigObject) value(key), hadoop);
  }

  /** Returns whether the key's value is null. */
  public boolean isNull(String key) {
    return value(key).valueType() == ConfigValueType.NULL;
  }

  /** Returns a text that is not blank. */
  public String text(String key) {
    return optionalText(key).orElseThrow(() -> error(key, "must be a text"));
  }

  /** Returns a text that is not blank, or nothing for null. */
  public Optional<String> optionalText(String key) {
    if (isNull(key)) {
      return Optional.empty();
    }
    Object raw = value(key).unwrapped();
    if (raw instanceof List || raw instanceof Boolean || raw.toString().isBlank()) {
      throw error(key, "must be a text");
    }
    return Optional.of(raw.toString());
  }

  /** Returns one of the given names. */
  public String oneOf(String key, List<String> names) {
    String what = "must be one of " + String.join(", ", names);
    if (isNull(key) || !names.contains(value(key).unwrapped().toString())) {
      throw error(key, what);
    }
    return value(key).unwrapped().toString();
  }

  /** Returns one of an enumeration's constants, written in small letters with hyphens. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    String name = oneOf(key, constants.stream().map(Section::nameOf).toList());
    return constants.stream().filter(constant -> nameOf(constant).equals(name)).findFirst().get();
  }

  /**
   * Returns some of an enumeration's constants, each written as {@link #choice} has it, in the
   * order given.
   */
  public <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    List<String> names = constants.stream().map(Section::nameOf).toList();
    if (!(value(key).unwrapped() instanceof List<?> given) || !names.containsAll(given)) {
      throw error(key, "must be a list of some of " + String.join(", ", names));
    }
    return given.stream().map(name -> constants.get(names.indexOf(name))).toList();
  }

  /** Returns a list of texts, which may be empty. */
  public List<String> texts(String key) {
    if (!(value(key).unwrapped() instanceof List<?> list)
        || list.stream().anyMatch(text -> !(text instanceof String))) {
      throw error(key, "must be a list of texts");
    }
    return list.stream().map(Object::toString).toList();
  }

  /** Returns the name under which a configuration knows an enumeration's constant. */
  public static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns true or false. */
  public boolean flag(String key) {
    String raw = isNull(key) ? "" : value(key).unwrapped().toString();
    if (!raw.equals("true") && !raw.equals("false")) {
      throw error(key, "must be true or false");
    }
    return Boolean.parseBoolean(raw);
  }

  /** Returns a whole number, at least {@code min}. */
  public int whole(String key, int min) {
    return Math.toIntExact(wholeLong(key, min, Integer.MAX_VALUE));
  }

  /** Returns a whole number from {@code min} to {@code max}. */
  int whole(String key, int min, int max) {
    String what = String.format("must be a whole number from %d to %d", min, max);
    return Math.toIntExact(wholeLong(key, min, max, what, what));
  }

  /** Returns a whole number, at least {@code min}, or nothing for null. */
  public OptionalInt optionalWhole(String key, int min) {
    return isNull(key) ? OptionalInt.empty() : OptionalInt.of(whole(key, min));
  }

  /** Returns any whole number of 64 bits. */
  public long seed(String key) {
    return wholeLong(key, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long wholeLong(String key, long min, long max) {
    String what =
        min == Long.MIN_VALUE
            ? "must be a whole number"
            : "must be a whole number of at least " + min;
    return wholeLong(key, min, max, what, "must be a whole number of at most " + max);
  }

  private long wholeLong(String key, long min, long max, String what, String tooLarge) {
    long number;
    try {
      number = Long.parseLong(isNull(key) ? "" : value(key).unwrapped().toString().strip());
    } catch (NumberFormatException e) {
      throw new InvalidConfigException(sentence(key, what), e);
    }
    if (number < min) {
      throw error(key, what);
    }
    if (number > max) {
      throw error(key, tooLarge);
    }
    return number;
  }

  /** Returns a list of whole numbers, each at least {@code min}, which may be empty. */
  List<Integer> wholes(String key, int min) {
    String what = "must be a list of whole numbers of at least " + min;
    if (!(value(key).unwrapped() instanceof List<?> list)) {
      throw error(key, what);
    }
    List<Integer> numbers = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Integer number) || number < min) {
        throw error(key, what);
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  double number(String key, Interval interval) {
    return inside(key, value(key), interval);
  }

  private double inside(String key, ConfigValue value, Interval interval) {
    double number;
    try {
      Object raw = value.unwrapped();
      number =
          raw instanceof Number given
              ? given.doubleValue()
              : Double.parseDouble(raw == null ? "" : raw.toString().strip());
    } catch (NumberFormatException e) {
      throw new InvalidConfigException(sentence(key, "must be a number"), e);
    }
    if (!interval.contains(number)) {
      throw error(key, "must be " + interval.text());
    }
    return number;
  }

  List<Double> numbers(String key, Interval each) {
    if (!(value(key) instanceof List<?> list) || list.isEmpty()) {
      throw error(key, "must be a list of numbers");
    }
    List<Double> numbers = new ArrayList<>();
    for (Object element : list) {
      numbers.add(inside(key, (ConfigValue) element, each));
    }
    return List.copyOf(numbers);
  }

  /** Returns a Hadoop path at which something exists, or nothing for null. */
  public Optional<String> existingPath(String key) {
    Optional<String> text = optionalText(key);
    if (text.isPresent()) {
      try {
        Path file = new Path(text.get());
        if (!file.getFileSystem(hadoop).exists(file)) {
          throw error(key, "must name something that exists");
        }
      } catch (IOException | IllegalArgumentException e) {
        throw new InvalidConfigException(
            sentence(key, "must be a path that can be reached (" + e.getMessage() + ")"), e);
      }
    }
    return text;
  }

  /** Returns the section's values as texts, keys of sections below joined by dots. */
  public Map<String, String> properties() {
    Map<String, String> flat = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : new LinkedHashMap<>(values).entrySet()) {
      if (entry.getValue() instanceof ConfigObject || entry.getValue() instanceof List) {
        throw new InvalidConfigException(
            sentence(entry.getKey(), "must be a single value for a Spark property"));
      }
      if (entry.getValue().valueType() != ConfigValueType.NULL) {
        flat.put(entry.getKey(), entry.getValue().unwrapped().toString());
      }
    }
    return flat;
  }

  /** Returns an exception that says what the key's value must be, what it is, and its origin. */
  public InvalidConfigException error(String key, String mustBe) {
    return new InvalidConfigException(sentence(key, mustBe));
  }

  private String sentence(String key, String mustBe) {
    ConfigValue value = value(key);
    return String.format(
        "%s %s: %s (%s)", full(key), mustBe, Origins.render(value), Origins.describe(value));
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private ConfigValue value(String key) {
    ConfigValue value = values.get(key);
    if (value == null) {
      String keys = values.keySet().stream().sorted().collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "Cannot read the configuration: no key " + key + " among " + keys + " (" + path + ")");
    }
    return value;
  }
}
