package org.espalier.spark.resources;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Spark.
 *
 * @param major the first number
 * @param minor the second
 * @param patch the third
 */
public record SparkVersion(int major, int minor, int patch) implements Comparable<SparkVersion> {
  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
  private static final Comparator<SparkVersion> ORDER =
      Comparator.comparingInt(SparkVersion::major)
          .thenComparingInt(SparkVersion::minor)
          .thenComparingInt(SparkVersion::patch);

  /**
   * Reads a version; what follows the numbers, for example {@code -SNAPSHOT}, is left out.
   *
   * @throws IllegalArgumentException when the text does not begin with two numbers
   */
  public static SparkVersion parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Cannot read the version of Spark: it must begin like 3.5.1 (" + text + ")");
    }
    String patch = matcher.group(3);
    return new SparkVersion(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        patch == null ? 0 : Integer.parseInt(patch));
  }

  @Override
  public int compareTo(SparkVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
