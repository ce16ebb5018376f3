package org.espalier.data.synthetic;

/** What an object's surface may be; mirrored, each is one of its own variants. */
enum Texture {
  HORIZONTAL,
  VERTICAL,
  CHECKED,
  PLAIN,
  DIAGONAL,
  RINGS,
  DOTS,
  HORIZONTAL_WIDE,
  VERTICAL_WIDE,
  CHECKED_WIDE;

  private static final double PERIOD = 0.55;
  private static final double WIDE_PERIOD = 1.1;

  /**
   * Returns how much of the second colour a point has, 0 to 1.
   *
   * @param u to the right of the centre, in radii; negated for a mirrored variant
   * @param v below the centre, in radii
   * @param phase where the pattern begins, 0 to 1
   * @param stretch a factor on the pattern's period
   */
  double at(double u, double v, double phase, double stretch) {
    double x = u / (PERIOD * stretch) + phase;
    double y = v / (PERIOD * stretch) + phase;
    double wideX = u / (WIDE_PERIOD * stretch) + phase;
    double wideY = v / (WIDE_PERIOD * stretch) + phase;
    return switch (this) {
      case HORIZONTAL -> wave(y);
      case VERTICAL -> wave(x);
      case CHECKED -> either(wave(x / 1.4), wave(y / 1.4));
      case PLAIN -> 0;
      case DIAGONAL -> wave((x + y) * 0.7);
      case RINGS -> wave(Math.sqrt(u * u + v * v) / (PERIOD * stretch) + phase);
      case DOTS -> wave(x) * wave(y);
      case HORIZONTAL_WIDE -> wave(wideY);
      case VERTICAL_WIDE -> wave(wideX);
      case CHECKED_WIDE -> either(wave(wideX), wave(wideY));
    };
  }

  /** Returns a wave of period 1 between 0 and 1, made of parabolas: the same on every machine. */
  private static double wave(double t) {
    double f = t - Math.floor(t);
    double half = f < 0.5 ? 16 * f * (0.5 - f) : -16 * (f - 0.5) * (1 - f);
    return 0.5 + 0.5 * half;
  }

  private static double either(double a, double b) {
    return a + b - 2 * a * b;
  }
}
