package org.espalier.jobs.config;

/**
 * The numbers that a key allows.
 *
 * @param text how a message names them, to follow "must be"
 */
record Interval(double min, boolean minIncluded, double max, boolean maxIncluded, String text) {

  static Interval atLeast(double min) {
    return new Interval(min, true, Double.MAX_VALUE, true, "at least " + shortest(min));
  }

  static Interval above(double min) {
    return new Interval(min, false, Double.MAX_VALUE, true, "above " + shortest(min));
  }

  static Interval closed(double min, double max) {
    String text = "in [" + shortest(min) + ", " + shortest(max) + "]";
    return new Interval(min, true, max, true, text);
  }

  static Interval closedOpen(double min, double max) {
    String text = "in [" + shortest(min) + ", " + shortest(max) + ")";
    return new Interval(min, true, max, false, text);
  }

  static Interval openClosed(double min, double max) {
    String text = "in (" + shortest(min) + ", " + shortest(max) + "]";
    return new Interval(min, false, max, true, text);
  }

  static Interval open(double min, double max) {
    String text = "in (" + shortest(min) + ", " + shortest(max) + ")";
    return new Interval(min, false, max, false, text);
  }

  boolean contains(double value) {
    return (minIncluded ? value >= min : value > min) && (maxIncluded ? value <= max : value < max);
  }

  private static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
