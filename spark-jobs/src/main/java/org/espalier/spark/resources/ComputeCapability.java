package org.espalier.spark.resources;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The generation of an NVIDIA GPU: 8.6 of an A10, for example.
 *
 * @param major the generation; code for one does not run on another
 * @param minor the variant; code for one runs on those with the same or a higher number
 */
record ComputeCapability(int major, int minor) {
  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)");

  static ComputeCapability parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Cannot read a compute capability: it must be like 8.6 (" + text + ")");
    }
    return new ComputeCapability(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  boolean runsCodeFor(ComputeCapability code) {
    return major == code.major && minor >= code.minor;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
