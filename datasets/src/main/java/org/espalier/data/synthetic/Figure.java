package org.espalier.data.synthetic;

/** What an object's outline may be; each is symmetric about the vertical axis. */
enum Figure {
  DISC,
  SQUARE,
  TRIANGLE,
  PLUS,
  RING,
  DIAMOND,
  CROSS,
  TRIANGLE_DOWN,
  BARS,
  HOURGLASS;

  /**
   * Tells whether a point is inside.
   *
   * @param u to the right of the centre, in radii
   * @param v below the centre, in radii
   */
  boolean contains(double u, double v) {
    double x = Math.abs(u);
    double y = Math.abs(v);
    return switch (this) {
      case DISC -> x * x + y * y < 1;
      case SQUARE -> x < 0.87 && y < 0.87;
      case TRIANGLE -> v < 0.8 && x < 0.6 * (v + 1);
      case PLUS -> (x < 0.34 && y < 1) || (y < 0.34 && x < 1);
      case RING -> x * x + y * y < 1 && x * x + y * y > 0.3;
      case DIAMOND -> x + y < 1.15;
      case CROSS -> Math.abs(x - y) < 0.45 && x + y < 1.4;
      case TRIANGLE_DOWN -> v > -0.8 && x < 0.6 * (1 - v);
      case BARS -> x < 1 && y > 0.28 && y < 0.85;
      case HOURGLASS -> x < y && y < 0.95;
    };
  }
}
