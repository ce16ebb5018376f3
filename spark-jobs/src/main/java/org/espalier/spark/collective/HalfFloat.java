package org.espalier.spark.collective;

/** Conversion between float32 and the 16 bits of IEEE 754 half precision. */
final class HalfFloat {
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;

  /** Half precision's bits of an infinite exponent, moved to where float32 has its exponent. */
  private static final int EXPONENT = INFINITY << 13;

  /** What lies between the two formats' exponents, in place. */
  private static final int BIAS = (127 - 15) << 23;

  /** 2^-14, the smallest normal number of half precision. */
  private static final int SMALLEST_NORMAL = (127 - 14) << 23;

  /** 65536: nothing from here on can be told from infinity. */
  private static final int TOO_LARGE = (127 + 16) << 23;

  /** A number whose last bit is worth as much as a subnormal half's. */
  private static final float SUBNORMAL_GRID = 0.5f;

  /** All halves' numbers: to look one up takes a quarter of the time that computing it does. */
  private static final float[] DECODED = new float[1 << 16];

  static {
    for (int half = 0; half < DECODED.length; half++) {
      DECODED[half] = compute(half);
    }
  }

  private HalfFloat() {}

  /** Returns the nearest half, ties to even; any NaN becomes the quiet one of the same sign. */
  static short encode(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    int half;
    if (magnitude >= TOO_LARGE) {
      half = magnitude > 0x7f800000 ? QUIET_NAN : INFINITY;
    } else if (magnitude < SMALLEST_NORMAL) {
      float onGrid = Float.intBitsToFloat(magnitude) + SUBNORMAL_GRID;
      half = Float.floatToRawIntBits(onGrid) - Float.floatToRawIntBits(SUBNORMAL_GRID);
    } else {
      int odd = (magnitude >>> 13) & 1;
      half = (magnitude - BIAS + 0xfff + odd) >>> 13;
    }
    return (short) (sign | half);
  }

  /** Returns the number that a half stands for, exactly. */
  static float decode(short half) {
    return DECODED[half & 0xffff];
  }

  private static float compute(int half) {
    int magnitude = (half & 0x7fff) << 13;
    int exponent = magnitude & EXPONENT;
    int subnormal = exponent == 0 ? SMALLEST_NORMAL : 0;
    int shift = exponent == 0 ? BIAS + (1 << 23) : exponent == EXPONENT ? 2 * BIAS : BIAS;
    float value = Float.intBitsToFloat(magnitude + shift) - Float.intBitsToFloat(subnormal);
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) | (half & 0x8000) << 16);
  }
}
