package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FakeQuantizationTest {
  private static final Quantization UINT8 =
      Quantization.asymmetric(new ValueRange(-1, 3), CodeRange.unsigned(8));

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void documentedExampleOfGoldenStick(DataType type) {
    Quantization q = Quantization.asymmetric(new ValueRange(-6, 6), CodeRange.unsigned(8));
    INDArray x = Nd4j.createFromArray(1.0, 2, 1, -2, 0, -1).reshape(2, 3).castTo(type);
    INDArray y = Nd4j.createUninitialized(type, 2, 3);
    FakeQuantization.forward(x, q, y);
    assertThat(y.toDoubleMatrix()[0])
        .containsExactly(new double[] {.9882355, 1.9764705, .9882355}, offset(1e-6));
    assertThat(y.toDoubleMatrix()[1])
        .containsExactly(new double[] {-1.9764705, 0, -.9882355}, offset(1e-6));
    assertThat(y.getDouble(1, 1)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void gradientPassesWhereNumbersHaveACode(DataType type) {
    INDArray x = Nd4j.createFromArray(-1.2, -1.0, 3.5, 2.999, 0, 2.996).castTo(type);
    INDArray dy = Nd4j.createFromArray(1.0, 2, 3, 4, 5, 6).castTo(type);
    INDArray dx = Nd4j.createUninitialized(type, 6);
    FakeQuantization.backward(x, UINT8, dy, dx);
    assertThat(dx.toDoubleVector()).containsExactly(0, 2, 0, 0, 5, 6);
  }

  @Test
  void largeArraysAreRoundedAsTheirNumbersAre() {
    Random random = new Random(3);
    for (int length : new int[] {1, 8191, 8192, 8193, 400_001}) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        values[i] =
            switch (i % 3) {
              case 0 -> (float) (4 * random.nextGaussian());
              case 1 -> (random.nextInt(400) - 100 + 0.5f) * UINT8.scale();
              default -> (random.nextInt(400) - 100) * UINT8.scale();
            };
      }
      INDArray y = Nd4j.createUninitialized(DataType.FLOAT, length);
      FakeQuantization.forward(Nd4j.createFromArray(values), UINT8, y);
      float[] expected = new float[length];
      for (int i = 0; i < length; i++) {
        expected[i] = UINT8.value(UINT8.code(values[i]));
      }
      assertThat(Arrays.equals(y.toFloatVector(), expected)).isTrue();
    }
  }

  @Test
  void viewsAndTransposedArraysAreRead() {
    INDArray whole = Nd4j.linspace(DataType.FLOAT, -2, 0.25, 24).reshape(4, 6);
    INDArray view = whole.getColumns(1, 3, 4).transpose();
    INDArray y = Nd4j.createUninitialized(DataType.FLOAT, 3, 4);
    FakeQuantization.forward(view, UINT8, y);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        assertThat(y.getFloat(i, j)).isEqualTo(UINT8.value(UINT8.code(view.getFloat(i, j))));
      }
    }
    assertThat(FakeQuantization.range(view))
        .isEqualTo(new ValueRange(view.minNumber().doubleValue(), view.maxNumber().doubleValue()));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void learnedStepExample(DataType type) {
    Quantization q = new Quantization(0.2f, 0, CodeRange.signed(3));
    INDArray v = Nd4j.createFromArray(-.9, -.2, .05, .31, .62, 1.4).castTo(type);
    INDArray dy = Nd4j.createFromArray(1.0, -2, 3, .5, 1, -1).castTo(type);
    INDArray y = Nd4j.createUninitialized(type, 6);
    INDArray dv = Nd4j.createUninitialized(type, 6);
    FakeQuantization.forward(v, q, y);
    assertThat(y.toDoubleVector())
        .containsExactly(new double[] {-.8, -.2, 0, .4, .6, .6}, offset(1e-6));
    assertThat(FakeQuantization.learnedStep(v, q, dy, dv)).isCloseTo(-4.525, offset(1e-5));
    assertThat(dv.toDoubleVector()).containsExactly(new double[] {0, -2, 3, .5, 0, 0}, offset(0.0));
    assertThat(FakeQuantization.meanMagnitude(v)).isCloseTo(3.48 / 6, offset(1e-6));
  }

  @Test
  void learnedStepGradientIsTheDerivativeAlmostEverywhere() {
    Random random = new Random(5);
    CodeRange codes = CodeRange.signed(4);
    float s = 0.13f;
    INDArray one = Nd4j.createFromArray(1.0);
    for (int i = 0; i < 200; i++) {
      double v = random.nextGaussian();
      double ratio = v / s;
      double q = Math.max(-8, Math.min(7, Math.rint(ratio)));
      double mask = ratio > -8 && ratio < 7 ? 1 : 0;
      double h =
          FakeQuantization.learnedStep(
              Nd4j.createFromArray(v), new Quantization(s, 0, codes), one, one.dup());
      assertThat(h).isCloseTo(q - mask * ratio, offset(1e-5));
      if (Math.abs(ratio - Math.floor(ratio) - 0.5) > 0.01) {
        double difference = (rounded(v, s + 1e-4f) - rounded(v, s - 1e-4f)) / 2e-4;
        assertThat(difference).isCloseTo(q, offset(1e-2));
      }
    }
  }

  private static double rounded(double v, float s) {
    INDArray y = Nd4j.createFromArray(0.0);
    FakeQuantization.forward(
        Nd4j.createFromArray(v), new Quantization(s, 0, CodeRange.signed(4)), y);
    return y.getDouble(0);
  }

  @Test
  void sumsDoNotDependOnThreads() {
    INDArray x = Nd4j.rand(DataType.FLOAT, 300_000).subi(0.4);
    INDArray dy = Nd4j.rand(DataType.FLOAT, 300_000).subi(0.5);
    Quantization q = new Quantization(0.07f, 0, CodeRange.signed(4));
    double first = FakeQuantization.learnedStep(x, q, dy, dy.dup());
    for (int i = 0; i < 5; i++) {
      assertThat(FakeQuantization.learnedStep(x, q, dy, dy.dup())).isEqualTo(first);
    }
  }

  @Test
  void stepOfAMovedZeroIsRefused() {
    INDArray x = Nd4j.createFromArray(1f);
    assertThatThrownBy(() -> FakeQuantization.learnedStep(x, UINT8, x, x.dup()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot learn a step: the zero point must be 0 (64)");
  }

  @Test
  void otherDataTypesAreRefused() {
    INDArray x = Nd4j.createFromArray(1, 2);
    assertThatThrownBy(() -> FakeQuantization.forward(x, UINT8, x.dup()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot quantise: arrays must be FLOAT or DOUBLE (INT)");
  }
}
