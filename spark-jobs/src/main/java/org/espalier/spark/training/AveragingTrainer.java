package org.espalier.spark.training;

import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains a network on Spark by local SGD: workers take some steps each on their own shard, then the
 * driver combines their copies.
 *
 * <p>Parameters and updater state are averaged weighted by the images that each worker has seen,
 * running variances are pooled, control factors clamped, each as its {@link
 * org.espalier.nn.ParameterClass} says. Segments end with epochs; a worker whose shard has run out
 * weighs nothing until the next epoch. Counters advance by the steps that the busiest worker took,
 * so schedules and Adam's bias correction see what they would see in a single process. With one
 * shard, training is bit for bit that of a single process.
 *
 * <p>The result depends on the start, the plan, the interval and the shards, not on the number of
 * executors, on which task finishes first, or on tasks that failed and were retried.
 *
 * <p>A task trains a network that can be compiled with as many threads as Spark gives it CPUs
 * ({@code spark.task.cpus}); any other with as many as the native libraries are given: set {@code
 * spark.executorEnv.OMP_NUM_THREADS} to the same number, or tasks of one executor compete for its
 * cores.
 *
 * <p>See: Zinkevich et al., Parallelized Stochastic Gradient Descent (2010); Stich, Local SGD
 * Converges Fast and Communicates Little (2019).
 */
public final class AveragingTrainer implements Trainer {
  private final JavaSparkContext sc;
  private final int interval;
  private final int depth;
  private final CheckpointInterval checkpoints;

  private AveragingTrainer(Builder builder) {
    this.sc = builder.sc;
    this.interval = builder.interval;
    this.depth = builder.depth;
    this.checkpoints = builder.checkpoints;
  }

  /** Starts to configure a trainer. */
  public static Builder builder(JavaSparkContext sc) {
    return new Builder(sc);
  }

  @Override
  public TrainingState train(
      TrainingState start, Shards shards, TrainingPlan plan, TrainingProgress progress) {
    Epochs epochs = new Epochs(shards, plan, interval, checkpoints, progress);
    if (start.epoch() >= plan.epochs()) {
      return start;
    }
    try (AveragingLoop loop = new AveragingLoop(sc, start, depth, plan.precision())) {
      return epochs.train(loop);
    }
  }

  /** Sets up an {@link AveragingTrainer}. */
  public static final class Builder {
    private final JavaSparkContext sc;
    private int interval = 10;
    private int depth = 2;
    private CheckpointInterval checkpoints = CheckpointInterval.EPOCHS;

    private Builder(JavaSparkContext sc) {
      this.sc = sc;
    }

    /** Sets the steps that workers take between two averagings, at least 1; 10 unless set. */
    public Builder interval(int steps) {
      if (steps < 1) {
        throw new IllegalArgumentException(
            "Cannot set the averaging interval: it must be at least 1 step (" + steps + ")");
      }
      this.interval = steps;
      return this;
    }

    /** Sets the levels of the tree in which copies are combined, at least 1; 2 unless set. */
    public Builder depth(int levels) {
      if (levels < 1) {
        throw new IllegalArgumentException(
            "Cannot set the aggregation depth: it must be at least 1 (" + levels + ")");
      }
      this.depth = levels;
      return this;
    }

    /** Sets when states within an epoch are due to be kept; none unless set. */
    public Builder checkpoints(CheckpointInterval when) {
      this.checkpoints = Objects.requireNonNull(when, "Cannot train: there is no interval");
      return this;
    }

    /** Builds the trainer. */
    public AveragingTrainer build() {
      return new AveragingTrainer(this);
    }
  }
}
