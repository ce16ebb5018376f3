package org.espalier.spark.training;

/** Is told of work that failed and is done again. */
@FunctionalInterface
public interface RetryListener {

  /**
   * Is called before the work is done again.
   *
   * @param what what failed, for example {@code epoch 3 of train}
   * @param attempt how often it has failed, from 1
   * @param reason why
   */
  void retrying(String what, int attempt, String reason);
}
