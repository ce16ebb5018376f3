package org.espalier.spark.collective;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class HalfFloatTest {
  private static final int QUIET = 0x0200;

  @Example
  void everyHalfSurvivesDecodingAndEncoding() {
    for (int half = 0; half < 1 << 16; half++) {
      float value = HalfFloat.decode((short) half);
      int expected = Float.isNaN(value) ? (half & 0x8000) | 0x7e00 : half;
      assertThat(HalfFloat.encode(value) & 0xffff).isEqualTo(expected);
      boolean nan = (half & 0x7c00) == 0x7c00 && (half & 0x3ff) != 0;
      assertThat(Float.isNaN(value)).isEqualTo(nan);
    }
    assertThat(HalfFloat.encode(Float.NaN) & QUIET).isEqualTo(QUIET);
  }

  @Example
  void decodesByTheDefinition() {
    for (int half = 0; half < 0x7c00; half++) {
      int exponent = half >> 10;
      int fraction = half & 0x3ff;
      double expected =
          exponent == 0 ? fraction * 0x1p-24 : (1024 + fraction) * Math.pow(2, exponent - 25);
      assertThat((double) HalfFloat.decode((short) half)).isEqualTo(expected);
      assertThat((double) HalfFloat.decode((short) (half | 0x8000))).isEqualTo(-expected);
    }
  }

  @Property(tries = 5000)
  void roundsAnyBitsToNearestEven(@ForAll int bits) {
    check(Float.intBitsToFloat(bits));
  }

  @Property(tries = 5000)
  void roundsNumbersOfHalvesRangeToNearestEven(@ForAll short half, @ForAll byte between) {
    float value = HalfFloat.decode(half);
    check(value);
    // Between two halves, midway among others.
    check(Float.intBitsToFloat(Float.floatToRawIntBits(value) + (between << 6)));
  }

  @Example
  void roundsAtTheEdges() {
    check(65504f);
    check(65519.996f);
    check(65520f);
    check(0x1p-25f);
    check(Math.nextUp(0x1p-25f));
    check(0x1.ffcp-15f);
    check(0x1.ffep-15f);
    check(Float.MIN_VALUE);
    check(-0f);
    check(Float.NEGATIVE_INFINITY);
  }

  private static void check(float value) {
    float rounded = HalfFloat.decode(HalfFloat.encode(value));
    assertThat(Float.floatToIntBits(rounded)).isEqualTo(Float.floatToIntBits(nearest(value)));
  }

  /** Rounds to a whole number of units in the last place of a half, in double arithmetic. */
  private static float nearest(float value) {
    if (Float.isNaN(value)) {
      return value;
    }
    if (Math.abs(value) >= 65520) {
      return Math.copySign(Float.POSITIVE_INFINITY, value);
    }
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), -14) - 10);
    return (float) (Math.rint(value / unit) * unit);
  }
}
