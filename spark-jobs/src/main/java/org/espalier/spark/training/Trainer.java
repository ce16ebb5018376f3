package org.espalier.spark.training;

/** Trains a network on the images that executors hold. */
public interface Trainer {

  /**
   * Trains from a state to the end of a plan.
   *
   * @param start where to start; its epoch is the first to be trained
   * @param shards the images; their number is the number of workers
   * @param plan what to do with them
   * @param progress is told of segments and epochs
   * @return the state after the plan's last epoch; the start itself where that has been reached
   * @throws TrainingException when a loss or a parameter is not finite, the plan's precision cannot
   *     be had, or the Spark job fails
   * @throws IllegalArgumentException when no shard has enough images for a step
   */
  TrainingState train(
      TrainingState start, Shards shards, TrainingPlan plan, TrainingProgress progress);
}
