package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.nn.ParameterAverage;
import org.espalier.nn.ParameterLayout;
import org.junit.jupiter.api.Test;

class DyadicSumTest {

  /** Merges single leaves in random pairs, in random order, until one sum is left. */
  private static <T> DyadicSum<T> merged(
      List<T> leaves, java.util.function.BinaryOperator<T> combine, Random random) {
    List<DyadicSum<T>> sums = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      sums.add(DyadicSum.of(i, leaves.get(i)));
    }
    while (sums.size() > 1) {
      Collections.shuffle(sums, random);
      DyadicSum<T> one = sums.remove(sums.size() - 1);
      sums.set(0, sums.get(0).plus(one, combine));
    }
    return sums.get(0);
  }

  private static String bracket(String left, String right) {
    return "(" + left + right + ")";
  }

  @Test
  void combinesNeighboursFirst() {
    List<String> leaves = List.of("0", "1", "2", "3", "4", "5", "6");

    assertThat(merged(leaves, DyadicSumTest::bracket, new Random(1)).total(DyadicSumTest::bracket))
        .isEqualTo("(((01)(23))((45)6))");
  }

  @Property(tries = 200)
  void theOrderOfArrivalDoesNotMatter(
      @ForAll @IntRange(min = 1, max = 40) int leaves, @ForAll long seed) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < leaves; i++) {
      names.add(i + " ");
    }

    String once =
        merged(names, DyadicSumTest::bracket, new Random(0)).total(DyadicSumTest::bracket);
    String again =
        merged(names, DyadicSumTest::bracket, new Random(seed)).total(DyadicSumTest::bracket);

    assertThat(again).isEqualTo(once);
  }

  @Property(tries = 100)
  void averagesComeOutBitForBitTheSame(
      @ForAll @IntRange(min = 2, max = 12) int workers, @ForAll long seed) {
    ParameterLayout layout = ParameterLayout.means(50);
    float[] once = average(workers, seed, layout, new Random(0));
    float[] again = average(workers, seed, layout, new Random(seed + 1));

    assertThat(again).containsExactly(once);
  }

  private static float[] average(int workers, long seed, ParameterLayout layout, Random order) {
    Random values = new Random(seed);
    List<ParameterAverage> leaves = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      float[] copy = new float[layout.length()];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = (float) (values.nextGaussian() * Math.pow(10, values.nextInt(12) - 6));
      }
      leaves.add(ParameterAverage.of(1 + values.nextInt(1000), copy));
    }
    return merged(leaves, (a, b) -> a.plus(b, layout), order)
        .total((a, b) -> a.plus(b, layout))
        .values(layout);
  }

  @Test
  void holdsFewValues() {
    DyadicSum<Integer> sum = DyadicSum.of(0, 0);
    for (int i = 1; i < 1024; i++) {
      sum.plus(DyadicSum.of(i, i), Integer::sum);
      assertThat(sum.pending()).isEqualTo(Integer.bitCount(i + 1));
    }
    assertThat(sum.total(Integer::sum)).isEqualTo(1023 * 512);
  }
}
