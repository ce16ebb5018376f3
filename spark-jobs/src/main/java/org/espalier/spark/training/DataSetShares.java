package org.espalier.spark.training;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import scala.Tuple2;
import scala.collection.JavaConverters;

/** DL4J data sets, dealt out to workers and packed into batches. */
final class DataSetShares {
  private DataSetShares() {}

  /**
   * Returns one share in every partition, perhaps empty; the same shares whenever they are
   * computed, if the data are the same. A barrier stage can run on them.
   *
   * <p>Data in as many partitions as there are workers stay where they are, in their order, unless
   * their lineage is one that Spark refuses in barrier stages. Others are dealt out in turn.
   *
   * @param workers the number of partitions; 0 for those that the data have
   * @param batch examples in a batch
   */
  static JavaRDD<PackedBatches> of(JavaRDD<MultiDataSet> data, int workers, int batch) {
    int partitions = workers == 0 ? data.getNumPartitions() : workers;
    if (isAlike(data.rdd(), partitions)) {
      return data.mapPartitions(sets -> List.of(PackedBatches.pack(sets, batch)).iterator());
    }
    return data.zipWithUniqueId()
        .mapToPair(numbered -> new Tuple2<>(numbered._2(), PackedBatches.bytes(numbered._1())))
        .repartitionAndSortWithinPartitions(new Dealer(data.getNumPartitions(), partitions))
        .mapPartitions(sets -> List.of(packed(sets, batch)).iterator());
  }

  private static PackedBatches packed(Iterator<Tuple2<Long, byte[]>> sets, int batch)
      throws IOException {
    return PackedBatches.pack(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return sets.hasNext();
          }

          @Override
          public MultiDataSet next() {
            return PackedBatches.set(sets.next()._2());
          }
        },
        batch);
  }

  /** Tells whether all that a stage on an RDD computes has one number of partitions. */
  private static boolean isAlike(RDD<?> last, int partitions) {
    Deque<RDD<?>> chain = new ArrayDeque<>(List.of(last));
    Set<Integer> seen = new HashSet<>();
    while (!chain.isEmpty()) {
      RDD<?> rdd = chain.pop();
      if (rdd.getNumPartitions() != partitions) {
        return false;
      }
      if (seen.add(rdd.id())) {
        for (Dependency<?> dependency : JavaConverters.seqAsJavaList(rdd.dependencies())) {
          if (!(dependency instanceof ShuffleDependency)) {
            chain.push(dependency.rdd());
          }
        }
      }
    }
    return true;
  }

  /** Deals what the partitions hold to the workers in turn, beginning with another for each. */
  private static final class Dealer extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int partitions;
    private final int workers;

    Dealer(int partitions, int workers) {
      this.partitions = partitions;
      this.workers = workers;
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    /** The number of a data set is its place in its partition, times all partitions, plus that. */
    @Override
    public int getPartition(Object number) {
      long unique = (Long) number;
      return (int) ((unique / partitions + unique % partitions) % workers);
    }
  }
}
