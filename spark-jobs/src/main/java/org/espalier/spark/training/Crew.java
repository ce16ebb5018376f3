package org.espalier.spark.training;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Those who train together: a rank for every worker's share where the cluster can run so many tasks
 * at once, fewer with several shares each where executors are missing.
 */
final class Crew implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final JavaSparkContext sc;
  private final Duration patience;
  private final RetryListener listener;
  private JavaRDD<?> dealtFrom;
  private JavaRDD<?> dealt;
  private int dealtTo;
  private int last;

  /**
   * Makes a crew.
   *
   * @param patience how long missing executors are waited for, each time that some have gone
   * @param listener is told when there are fewer ranks than shares
   */
  Crew(JavaSparkContext sc, Duration patience, RetryListener listener) {
    this.sc = sc;
    this.patience = patience;
    this.listener = listener;
  }

  /**
   * Deals shares out to as many ranks as there can be now.
   *
   * @param shares one in every partition
   * @return one rank's in every partition, by their numbers; fit for a barrier stage
   */
  <S> JavaRDD<Share<S>> deal(JavaRDD<S> shares, Segment segment) {
    int workers = shares.getNumPartitions();
    int ranks = ranks(workers);
    if (ranks < workers && ranks != last) {
      listener.fewerRanks(segment.toString(), ranks, workers);
    }
    last = ranks;
    JavaRDD<Share<S>> numbered =
        shares.mapPartitionsWithIndex(
            (worker, content) ->
                content.hasNext()
                    ? List.of(new Share<>(worker, content.next())).iterator()
                    : List.<Share<S>>of().iterator(),
            true);
    return ranks == workers ? numbered : regrouped(shares, numbered, ranks);
  }

  private int ranks(int workers) {
    // A crew that has gone on without some does not wait for them again.
    long until = System.nanoTime() + (last == 0 || last == workers ? patience.toNanos() : 0);
    int slots = slots();
    while (slots < workers && !sc.isLocal() && System.nanoTime() < until) {
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TrainingException("Cannot go on: the wait for executors was interrupted", e);
      }
      slots = slots();
    }
    return Math.max(1, Math.min(slots, workers));
  }

  /** Returns how many tasks Spark could run at once, as it reckons for a barrier stage. */
  private int slots() {
    return sc.sc().maxNumConcurrentTasks(sc.sc().resourceProfileManager().defaultResourceProfile());
  }

  /** A barrier stage must not have fewer partitions than what it comes from, unless shuffled. */
  @SuppressWarnings("unchecked") // kept for the shares that it was made of
  private <S> JavaRDD<Share<S>> regrouped(
      JavaRDD<S> shares, JavaRDD<Share<S>> numbered, int ranks) {
    if (dealtFrom == shares && dealtTo == ranks) {
      return (JavaRDD<Share<S>>) dealt;
    }
    close();
    JavaRDD<Share<S>> grouped =
        JavaPairRDD.fromJavaRDD(numbered.map(share -> new Tuple2<>(share.worker(), share)))
            .partitionBy(new HashPartitioner(ranks))
            .values()
            .mapPartitions(
                hand ->
                    StreamSupport.stream(((Iterable<Share<S>>) () -> hand).spliterator(), false)
                        .sorted(Comparator.comparingInt(Share::worker))
                        .iterator(),
                true)
            .persist(StorageLevel.MEMORY_AND_DISK());
    dealtFrom = shares;
    dealt = grouped;
    dealtTo = ranks;
    return grouped;
  }

  /** Forgets shares that were regrouped. */
  @Override
  public void close() {
    if (dealt != null) {
      dealt.unpersist();
      dealt = null;
      dealtFrom = null;
    }
  }
}
