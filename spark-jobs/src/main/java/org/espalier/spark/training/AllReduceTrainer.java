package org.espalier.spark.training;

import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains a network on Spark by exact synchronous gradient descent: in every step all workers add up
 * the gradients of their batches, and each takes the step of the whole.
 *
 * <p>An epoch is one Spark stage, or several where states are kept within it. Its tasks, the ranks,
 * run at the same time and reach each other over a ring of TCP connections. A step is that of one
 * process on the batches of all workers together: workers weigh by their examples, one whose shard
 * has run out adds nothing, the movements of running statistics are pooled. Batch normalisation
 * itself sees each worker's own batch, or those of all workers where that is asked for. With one
 * shard, training is bit for bit that of a single process; with several, all ranks have the same
 * bits at any time, which is checked, and a run can be repeated bit for bit.
 *
 * <p>When a rank is lost the stage fails, and is run again from its start, after a pause that
 * doubles each time. Where executors are missing, the others take over their shares: batches,
 * weights and steps stay what they were, so that the result does too, but for the order in which
 * floating-point numbers are added up.
 *
 * <p>See: Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations
 * (2009); Goyal et al., Accurate, Large Minibatch SGD (2017).
 */
public final class AllReduceTrainer implements Trainer {
  private final JavaSparkContext sc;
  private final AllReduceConduct conduct;
  private final CheckpointInterval checkpoints;

  private AllReduceTrainer(Builder builder) {
    this.sc = builder.sc;
    this.checkpoints = builder.checkpoints;
    this.conduct = builder.conduct().within(checkpoints.time());
  }

  /** Starts to configure a trainer. */
  public static Builder builder(JavaSparkContext sc) {
    return new Builder(sc);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TrainingException when a loss or a parameter is not finite, the plan's precision cannot
   *     be had, batch normalisation is to be synchronised in a network that is not compiled, ranks'
   *     networks differ, or the stage failed too often
   */
  @Override
  public TrainingState train(
      TrainingState start, Shards shards, TrainingPlan plan, TrainingProgress progress) {
    int longest = checkpoints.steps() == 0 ? Integer.MAX_VALUE : checkpoints.steps();
    Epochs epochs = new Epochs(shards, plan, longest, checkpoints, progress);
    if (start.epoch() >= plan.epochs()) {
      return start;
    }
    try (AllReduceLoop loop = conduct.loop(sc, start, plan.precision(), progress)) {
      return epochs.train(loop);
    }
  }

  /** Sets up an {@link AllReduceTrainer}. */
  public static final class Builder extends AllReduceBuilder<Builder> {
    private final JavaSparkContext sc;
    private CheckpointInterval checkpoints = CheckpointInterval.EPOCHS;

    private Builder(JavaSparkContext sc) {
      this.sc = sc;
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets when states within an epoch are due to be kept; none unless set. */
    public Builder checkpoints(CheckpointInterval when) {
      this.checkpoints = Objects.requireNonNull(when, "Cannot train: there is no interval");
      return this;
    }

    /** Builds the trainer. */
    public AllReduceTrainer build() {
      return new AllReduceTrainer(this);
    }
  }
}
