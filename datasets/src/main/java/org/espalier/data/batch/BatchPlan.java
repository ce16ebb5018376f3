package org.espalier.data.batch;

import java.io.Serializable;

/**
 * Which batches an epoch consists of.
 *
 * @param batchSize images in a batch, at least 1
 * @param seed the seed of order and augmentation
 * @param epoch the epoch, 0 or more; each has its own order and augmentation
 * @param shard which share of the data set the images are; each has its own order
 * @param shuffle whether the order is a random permutation or that of the list
 * @param dropLast whether a last batch of fewer images is left out
 * @param from the first batch to give, 0 or more; those before it cost nothing
 */
public record BatchPlan(
    int batchSize, long seed, int epoch, long shard, boolean shuffle, boolean dropLast, int from)
    implements Serializable {

  /** Checks every range. */
  public BatchPlan {
    check(batchSize >= 1, "the batch size must be at least 1", batchSize);
    check(epoch >= 0, "the epoch must not be negative", epoch);
    check(from >= 0, "the first batch must not be negative", from);
  }

  /** Returns a plan of shuffled batches, the last, smaller one included. */
  public static BatchPlan shuffled(int batchSize, long seed, int epoch, long shard) {
    return new BatchPlan(batchSize, seed, epoch, shard, true, false, 0);
  }

  /** Returns a plan that gives the images in the list's order. */
  public static BatchPlan inOrder(int batchSize) {
    return new BatchPlan(batchSize, 0, 0, 0, false, false, 0);
  }

  /** Returns the same plan without a last batch of fewer images. */
  public BatchPlan droppingLast() {
    return new BatchPlan(batchSize, seed, epoch, shard, shuffle, true, from);
  }

  /** Returns the same plan from batch {@code batch} on; what each batch holds does not change. */
  public BatchPlan startingAt(int batch) {
    return new BatchPlan(batchSize, seed, epoch, shard, shuffle, dropLast, batch);
  }

  /** Returns the number of batches of a whole epoch over so many images, {@code from} ignored. */
  public int count(int images) {
    return dropLast ? images / batchSize : (images + batchSize - 1) / batchSize;
  }

  private static void check(boolean holds, String reason, int value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot make batches: " + reason + " (" + value + ")");
    }
  }
}
