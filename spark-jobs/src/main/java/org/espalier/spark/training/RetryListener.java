package org.espalier.spark.training;

/** Is told how training copes with failures of the cluster. */
@FunctionalInterface
public interface RetryListener {

  /**
   * Is called before work that failed is done again.
   *
   * @param what what failed, for example {@code steps 0 to 40 of epoch 3 of train}
   * @param attempt how often it has failed, from 1
   * @param reason why
   */
  void retrying(String what, int attempt, String reason);

  /**
   * Is called when there are not enough executors for all workers, and some stand in for others.
   *
   * @param what what they go on with
   * @param ranks how many tasks there are
   * @param workers whose shares they have
   */
  default void fewerRanks(String what, int ranks, int workers) {}
}
