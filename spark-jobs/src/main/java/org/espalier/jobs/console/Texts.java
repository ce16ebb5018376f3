package org.espalier.jobs.console;

import java.util.Locale;

/** How numbers read, the same in every locale. */
final class Texts {
  private Texts() {}

  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String percent(double share) {
    return number(100 * share, 2) + " %";
  }

  static String speed(double imagesPerSecond) {
    return number(imagesPerSecond, imagesPerSecond < 10 ? 1 : 0) + " images/s";
  }

  static String duration(double seconds) {
    if (seconds < 59.95) {
      return number(seconds, seconds < 9.95 ? 1 : 0) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
