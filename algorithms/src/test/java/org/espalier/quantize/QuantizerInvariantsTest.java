package org.espalier.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class QuantizerInvariantsTest {
  @Provide
  Arbitrary<Quantization> quantizations() {
    Arbitrary<CodeRange> codes =
        Combinators.combine(
                Arbitraries.integers().between(2, 8),
                Arbitraries.of(true, false),
                Arbitraries.of(true, false))
            .as(CodeRange::new);
    Arbitrary<Double> ends = Arbitraries.doubles().between(0, 1000).ofScale(6);
    return Combinators.combine(ends, ends, codes, Arbitraries.of(true, false))
        .as(
            (below, above, range, symmetric) -> {
              ValueRange values = new ValueRange(-below, above);
              return symmetric
                  ? Quantization.symmetric(values, range)
                  : Quantization.asymmetric(values, range);
            });
  }

  @Property
  void roundingTwiceIsRoundingOnce(
      @ForAll("quantizations") Quantization q,
      @ForAll @Size(20) float @FloatRange(min = -2000, max = 2000) [] values) {
    float[] once = rounded(q, values);
    assertThat(rounded(q, once)).containsExactly(once);
  }

  @Property
  void zeroStaysZeroBitForBit(@ForAll("quantizations") Quantization q) {
    assertThat(Float.floatToRawIntBits(rounded(q, new float[] {0f})[0])).isZero();
    assertThat(q.value(q.code(0f))).isZero();
  }

  @Property
  void orderIsKeptAndThereAreNoMoreValuesThanCodes(
      @ForAll("quantizations") Quantization q,
      @ForAll @Size(300) float @FloatRange(min = -2000, max = 2000) [] values) {
    Arrays.sort(values);
    float[] rounded = rounded(q, values);
    float[] sorted = rounded.clone();
    Arrays.sort(sorted);
    assertThat(rounded).containsExactly(sorted);
    long distinct =
        IntStream.range(0, rounded.length).mapToDouble(i -> rounded[i]).distinct().count();
    assertThat(distinct).isLessThanOrEqualTo(1L << q.codes().bits());
  }

  @Property
  void insideTheRangeTheErrorIsAtMostHalfAStep(
      @ForAll("quantizations") Quantization q, @ForAll @FloatRange(min = 0, max = 1) float part) {
    float x = q.lower() + part * (q.upper() - q.lower());
    float error = Math.abs(rounded(q, new float[] {x})[0] - x);
    assertThat(error).isLessThanOrEqualTo(q.scale() * 0.5f * 1.0001f + Math.ulp(x));
  }

  @Property
  void resultsLieInTheRange(
      @ForAll("quantizations") Quantization q,
      @ForAll @Size(20) float @FloatRange(min = -2000, max = 2000) [] values) {
    for (float value : rounded(q, values)) {
      assertThat(value).isBetween(q.lower(), q.upper());
    }
  }

  private static float[] rounded(Quantization q, float[] values) {
    INDArray y = Nd4j.createUninitialized(DataType.FLOAT, values.length);
    FakeQuantization.forward(Nd4j.createFromArray(values), q, y);
    return y.toFloatVector();
  }
}
