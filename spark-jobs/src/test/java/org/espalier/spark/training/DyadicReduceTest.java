package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DyadicReduceTest {

  private static String bracket(String left, String right) {
    return "(" + left + right + ")";
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 2, 1",
    "2, 2, 1",
    "7, 1, 3",
    "7, 2, 2",
    "16, 2, 2",
    "17, 2, 3",
    "20, 3, 2"
  })
  void combinesPartitionsInTheOrderOfTheirNumbers(int partitions, int depth, int bits) {
    List<Integer> numbers = IntStream.range(0, partitions).boxed().toList();
    DyadicSum<String> expected = DyadicSum.of(0, "0 ");
    numbers.stream()
        .skip(1)
        .forEach(i -> expected.plus(DyadicSum.of(i, i + " "), DyadicReduceTest::bracket));
    JavaRDD<DyadicSum<String>> leaves =
        SharedSpark.context().parallelize(numbers, partitions).map(i -> DyadicSum.of(i, i + " "));

    String reduced = DyadicReduce.reduce(leaves, depth, DyadicReduceTest::bracket);

    assertThat(reduced).isEqualTo(expected.total(DyadicReduceTest::bracket));
    assertThat(DyadicReduce.groupBits(partitions, depth)).isEqualTo(bits);
  }
}
