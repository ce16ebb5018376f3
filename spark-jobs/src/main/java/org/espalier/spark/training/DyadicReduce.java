package org.espalier.spark.training;

import java.io.Serializable;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;

/**
 * Combines one value per partition into one on the driver, level by level and in a fixed order.
 *
 * <p>The traffic is that of Spark's {@code treeAggregate}: with depth 2, about the square root of
 * the number of partitions arrives at the driver. What differs is who is combined with whom: always
 * neighbours of a {@link DyadicSum}, so that the result does not depend on which task finishes
 * first.
 */
final class DyadicReduce {
  private DyadicReduce() {}

  /** A combination that travels to executors. */
  interface Combine<T> extends Function2<T, T, T>, Serializable {
    @Override
    T call(T left, T right);
  }

  /**
   * Combines.
   *
   * @param leaves one sum of one leaf in each partition, the leaf's number being the partition's
   * @param depth levels of the tree, at least 1; 1 sends every value to the driver
   */
  static <T> T reduce(JavaRDD<DyadicSum<T>> leaves, int depth, Combine<T> combine) {
    int partitions = leaves.getNumPartitions();
    int bits = groupBits(partitions, depth);
    JavaRDD<DyadicSum<T>> level = leaves;
    for (int shift = bits; groups(partitions, shift) > 1 && shift > 0; shift += bits) {
      int groups = groups(partitions, shift);
      if (groups + (1 << bits) >= groups(partitions, shift - bits)) {
        break;
      }
      level = grouped(level, shift, groups, combine);
    }
    return level.reduce((a, b) -> a.plus(b, combine::call)).total(combine::call);
  }

  private static <T> JavaRDD<DyadicSum<T>> grouped(
      JavaRDD<DyadicSum<T>> level, int shift, int groups, Combine<T> combine) {
    JavaPairRDD<Integer, DyadicSum<T>> keyed =
        level.mapToPair(sum -> new Tuple2<>(sum.first() >> shift, sum));
    return keyed
        .reduceByKey(new HashPartitioner(groups), (a, b) -> a.plus(b, combine::call))
        .values();
  }

  /** Returns the number of groups of 2^shift neighbours. */
  private static int groups(int partitions, int shift) {
    return ((partitions - 1) >> shift) + 1;
  }

  /** Returns the logarithm of how many neighbours are combined on each level. */
  static int groupBits(int partitions, int depth) {
    double width = Math.max(2, Math.ceil(Math.pow(partitions, 1.0 / depth)));
    return 32 - Integer.numberOfLeadingZeros((int) width - 1);
  }
}
