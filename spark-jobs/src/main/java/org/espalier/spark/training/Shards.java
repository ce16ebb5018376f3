package org.espalier.spark.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.SliceContent;
import scala.Tuple2;

/**
 * A data set spread over the executors' memory, one {@link ImageShard} a partition.
 *
 * <p>The images are read by the executors, once, and kept in memory, on disk where memory does not
 * suffice. {@link #close} gives the memory back.
 */
public final class Shards implements AutoCloseable {
  private final JavaRDD<ImageShard> rdd;
  private final List<Integer> sizes;
  private final CorruptRecords corruptRecords;

  private Shards(JavaRDD<ImageShard> rdd, List<Integer> sizes, CorruptRecords corruptRecords) {
    this.rdd = rdd;
    this.sizes = sizes;
    this.corruptRecords = corruptRecords;
  }

  /**
   * Loads a set, each shard a contiguous slice of it, in its order.
   *
   * @param partitions the number of shards, at least 1
   * @throws DataException when a record is corrupt and the set was opened to fail then
   */
  public static Shards contiguous(JavaSparkContext sc, ImageSet set, int partitions)
      throws IOException {
    checkPartitions(partitions);
    HadoopSettings hadoop = new HadoopSettings(sc.hadoopConfiguration());
    ImageShape shape = set.shape();
    return materialised(
        sc.parallelize(SliceSource.of(set, partitions), partitions)
            .map(
                source -> {
                  SliceContent content = source.slice().read(hadoop.configuration());
                  return ImageShard.pack(
                      source.number(), shape, content.images(), content.corrupt());
                }));
  }

  /**
   * Loads a set, its images dealt out to the shards at random, so that every shard has images of
   * every class even where the files are sorted by class.
   *
   * <p>Which shard an image is in depends on the set, the number of shards and the seed alone;
   * shards differ in size by at most one image, corrupt ones included. Within a shard images are
   * ordered by index.
   *
   * @param partitions the number of shards, at least 1
   * @param seed the seed of the run
   * @throws DataException when a record is corrupt and the set was opened to fail then
   */
  public static Shards shuffled(JavaSparkContext sc, ImageSet set, int partitions, long seed)
      throws IOException {
    checkPartitions(partitions);
    HadoopSettings hadoop = new HadoopSettings(sc.hadoopConfiguration());
    ImageShape shape = set.shape();
    int images = Math.toIntExact(set.size());
    return materialised(
        sc.parallelize(SliceSource.of(set, partitions), partitions)
            .flatMapToPair(
                source ->
                    dealt(
                        source,
                        source.slice().read(hadoop.configuration()),
                        shape,
                        new Deal(images, partitions, seed),
                        partitions))
            .groupByKey(new HashPartitioner(partitions))
            .map(group -> joined(group._1(), shape, group._2())));
  }

  /**
   * Takes shards that were made elsewhere.
   *
   * @param rdd one shard in every partition; persisted if it is not yet
   */
  public static Shards of(JavaRDD<ImageShard> rdd) {
    try {
      return materialised(rdd);
    } catch (DataException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static void checkPartitions(int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "Cannot load shards: the number of partitions must be at least 1 (" + partitions + ")");
    }
  }

  private static Iterator<Tuple2<Integer, ImageShard>> dealt(
      SliceSource source, SliceContent content, ImageShape shape, Deal deal, int shards) {
    List<List<LabeledImage>> hands = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      hands.add(new ArrayList<>());
    }
    int rank = source.firstRank();
    for (LabeledImage image : content.images()) {
      hands.get(deal.shard(rank)).add(image);
      rank++;
    }
    List<Tuple2<Integer, ImageShard>> fragments = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      // Every shard receives at least the fragment of the slice of its own number, perhaps empty.
      boolean own = shard == source.number();
      if (own || !hands.get(shard).isEmpty()) {
        CorruptRecords corrupt = own ? content.corrupt() : CorruptRecords.NONE;
        fragments.add(
            new Tuple2<>(
                shard, ImageShard.pack(source.number(), shape, hands.get(shard), corrupt)));
      }
    }
    return fragments.iterator();
  }

  private static ImageShard joined(int id, ImageShape shape, Iterable<ImageShard> fragments) {
    List<LabeledImage> images = new ArrayList<>();
    CorruptRecords corrupt = CorruptRecords.NONE;
    for (ImageShard fragment : fragments) {
      images.addAll(fragment.images());
      corrupt = corrupt.plus(fragment.corruptRecords());
    }
    images.sort(Comparator.comparingLong(LabeledImage::index));
    return ImageShard.pack(id, shape, images, corrupt);
  }

  private static Shards materialised(JavaRDD<ImageShard> rdd) throws DataException {
    if (rdd.getStorageLevel().equals(StorageLevel.NONE())) {
      rdd.persist(StorageLevel.MEMORY_AND_DISK());
    }
    try {
      List<Tuple2<Integer, ImageShard>> summaries =
          rdd.map(shard -> new Tuple2<>(shard.size(), shard.withoutImages())).collect();
      if (summaries.size() != rdd.getNumPartitions()) {
        throw new IllegalArgumentException(
            String.format(
                "Cannot use shards: every partition must hold one (%d partitions, %d shards)",
                rdd.getNumPartitions(), summaries.size()));
      }
      CorruptRecords corrupt = CorruptRecords.NONE;
      List<Integer> sizes = new ArrayList<>();
      for (Tuple2<Integer, ImageShard> summary : summaries) {
        sizes.add(summary._1());
        corrupt = corrupt.plus(summary._2().corruptRecords());
      }
      return new Shards(rdd, List.copyOf(sizes), corrupt);
    } catch (Exception e) {
      rdd.unpersist();
      RuntimeException failure = Failures.of("load images", e);
      if (failure.getCause() instanceof DataException data) {
        throw data;
      }
      throw failure;
    }
  }

  /** Returns the shards, one in each partition, persisted. */
  public JavaRDD<ImageShard> rdd() {
    return rdd;
  }

  /** Returns the number of shards. */
  public int partitions() {
    return sizes.size();
  }

  /** Returns the number of images of each shard. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** Returns the number of images. */
  public long images() {
    return sizes.stream().mapToLong(Integer::longValue).sum();
  }

  /** Returns what proved corrupt on reading and was left out. */
  public CorruptRecords corruptRecords() {
    return corruptRecords;
  }

  /** Gives the executors' memory back. */
  @Override
  public void close() {
    rdd.unpersist();
  }
}
