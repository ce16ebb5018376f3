package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizationTest {
  @Test
  void asymmetricRangeIsMovedSoThatZeroHasACode() {
    Quantization q = Quantization.asymmetric(new ValueRange(-1, 3), CodeRange.unsigned(8));
    assertThat(q.scale()).isEqualTo((float) (4.0 / 255));
    assertThat(q.zeroPoint()).isEqualTo(64);
    assertThat(q.lower()).isCloseTo(-1.0039216f, offset(1e-7f));
    assertThat(q.upper()).isCloseTo(2.9960785f, offset(3e-7f));
  }

  @ParameterizedTest
  @CsvSource({
    "-1.2, 0, -1.003921569",
    "-1.0, 0, -1.003921569",
    "0, 64, 0",
    "0.01, 65, 0.015686275",
    "1.0, 128, 1.003921569",
    "2.999, 255, 2.996078431",
    "3.5, 255, 2.996078431"
  })
  void numbersGoToTheNearestCode(float value, int code, float rounded) {
    Quantization q = Quantization.asymmetric(new ValueRange(-1, 3), CodeRange.unsigned(8));
    assertThat(q.code(value)).isEqualTo(code);
    assertThat(q.value(code)).isCloseTo(rounded, offset(3e-7f));
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "1.5, 2",
    "2.5, 2",
    "-0.5, 0",
    "-1.5, -2",
    "-2.5, -2",
    "3.5, 4",
    "127.5, 127",
    "-128.5, -128",
    "NaN, 0",
    "Infinity, 127",
    "-Infinity, -128"
  })
  void halvesGoToTheEvenNeighbourAsInOnnx(float value, int code) {
    assertThat(new Quantization(1, 0, CodeRange.signed(8)).code(value)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "8, true, true, -127, 127",
    "8, true, false, -128, 127",
    "8, false, false, 0, 255",
    "8, false, true, 1, 255",
    "2, true, false, -2, 1",
    "3, true, true, -3, 3",
    "4, false, false, 0, 15"
  })
  void codesHaveTheirRange(int bits, boolean signed, boolean narrow, int min, int max) {
    CodeRange codes = new CodeRange(bits, signed, narrow);
    assertThat(codes.min()).isEqualTo(min);
    assertThat(codes.max()).isEqualTo(max);
  }

  @ParameterizedTest
  @CsvSource({"1", "9", "0", "-8"})
  void otherWidthsAreRefused(int bits) {
    assertThatThrownBy(() -> CodeRange.signed(bits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the number of bits must be from 2 to 8 (" + bits + ")");
  }

  @Test
  void symmetricZeroPointIsSetNotRounded() {
    for (double a : new double[] {10, 1, 0.1, 3.7, 1e-3}) {
      ValueRange range = new ValueRange(-a, a / 2);
      assertThat(Quantization.symmetric(range, CodeRange.signed(8)).zeroPoint()).isZero();
      assertThat(Quantization.symmetric(range, CodeRange.unsigned(8)).zeroPoint()).isEqualTo(128);
      assertThat(Quantization.symmetric(range, CodeRange.narrow(8)).scale())
          .isEqualTo((float) (2 * a / 254));
      assertThat(Quantization.symmetric(range, CodeRange.signed(8)).scale())
          .isEqualTo((float) (2 * a / 255));
      assertThat(Quantization.symmetric(range, new CodeRange(8, false, true)).scale())
          .isEqualTo((float) (2 * a / 254));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "NaN, NaN", "0, 1e-320", "-Infinity, Infinity"})
  void rangesWithoutAScaleGetScaleOne(double min, double max) {
    for (boolean narrow : new boolean[] {false, true}) {
      for (boolean signed : new boolean[] {false, true}) {
        CodeRange codes = new CodeRange(8, signed, narrow);
        ValueRange range = new ValueRange(min, max);
        assertThat(Quantization.asymmetric(range, codes).scale()).isEqualTo(1);
        assertThat(Quantization.asymmetric(range, codes).code(0f)).isBetween(-1, 1);
        assertThat(Quantization.symmetric(range, codes).scale()).isEqualTo(1);
      }
    }
  }

  @Test
  void badScalesAndZeroPointsAreRefused() {
    CodeRange codes = CodeRange.unsigned(8);
    assertThatThrownBy(() -> new Quantization(0, 0, codes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the scale must be positive and finite (0.0)");
    assertThatThrownBy(() -> new Quantization(Float.NaN, 0, codes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the scale must be positive and finite (NaN)");
    assertThatThrownBy(() -> new Quantization(1, 256, codes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: the zero point must be from 0 to 255 (256)");
  }
}
