package org.espalier.search.colony;

/** How a number between two whole ones becomes one of them. */
public enum Rounding {
  /** The nearest, as in ABCPruner's paper. */
  NEAREST,
  /** Towards zero, as in ABCPruner's code; on average candidates are then below their source. */
  TRUNCATE;

  long round(double value) {
    return this == NEAREST ? Math.round(value) : (long) value;
  }
}
