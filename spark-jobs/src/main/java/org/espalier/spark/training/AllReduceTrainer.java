package org.espalier.spark.training;

import java.time.Duration;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.spark.collective.Wire;

/**
 * Trains a network on Spark by exact synchronous gradient descent: in every step all workers add up
 * the gradients of their batches, and each takes the step of the whole.
 *
 * <p>An epoch is one Spark stage whose tasks run at the same time, one a shard, and reach each
 * other over a ring of TCP connections. A step is that of one process on the batches of all workers
 * together: workers weigh by their examples, one whose shard has run out adds nothing, the
 * movements of running statistics are pooled. Batch normalisation itself sees each worker's own
 * batch, or those of all workers where that is asked for. With one shard, training is bit for bit
 * that of a single process; with several, all workers have the same bits at any time, which is
 * checked after every epoch, and a run can be repeated bit for bit.
 *
 * <p>When a worker is lost the stage fails, and the epoch is run again from its start, after a
 * pause that doubles each time.
 *
 * <p>See: Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations
 * (2009); Goyal et al., Accurate, Large Minibatch SGD (2017).
 */
public final class AllReduceTrainer implements Trainer {
  private final JavaSparkContext sc;
  private final AllReduceSettings settings;
  private final Retries retries;

  private AllReduceTrainer(Builder builder) {
    this.sc = builder.sc;
    this.settings = AllReduceSettings.of(builder.timeout, builder.wire, builder.syncBatchNorm);
    this.retries = new Retries(builder.retries, builder.pause, builder.listener);
  }

  /** Starts to configure a trainer. */
  public static Builder builder(JavaSparkContext sc) {
    return new Builder(sc);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TrainingException when a loss or a parameter is not finite, the plan's precision cannot
   *     be had, batch normalisation is to be synchronised in a network that is not compiled,
   *     workers' networks differ, Spark cannot run so many tasks at once, or the stage failed too
   *     often
   */
  @Override
  public TrainingState train(
      TrainingState start, Shards shards, TrainingPlan plan, TrainingProgress progress) {
    int steps = plan.steps(shards);
    if (start.epoch() >= plan.epochs()) {
      return start;
    }
    try (AllReduceLoop loop = new AllReduceLoop(sc, start, settings, retries, plan.precision())) {
      while (loop.state().epoch() < plan.epochs()) {
        epoch(loop, shards, plan, steps, progress);
      }
      return loop.state();
    }
  }

  private static void epoch(
      AllReduceLoop loop, Shards shards, TrainingPlan plan, int steps, TrainingProgress progress) {
    Tally tally = new Tally(plan, loop.state().epoch(), plan.images(shards));
    WorkerResult result =
        loop.run(
            shards.rdd(),
            (shard, number) -> new ShardBatches(plan, shard, number),
            plan.stage(),
            plan.seed(),
            0,
            steps);
    loop.endEpoch();
    progress.segment(tally.add(result, loop.state().iteration()));
    progress.epoch(loop.state(), tally.whole(loop.state().iteration()));
  }

  /** Sets up an {@link AllReduceTrainer}. */
  public static final class Builder {
    private final JavaSparkContext sc;
    private Duration timeout = Duration.ofMinutes(2);
    private Duration pause = Duration.ofSeconds(2);
    private int retries = 3;
    private Wire wire = Wire.FLOAT32;
    private boolean syncBatchNorm;
    private RetryListener listener = (what, attempt, reason) -> {};

    private Builder(JavaSparkContext sc) {
      this.sc = sc;
    }

    /** Sets how long a worker waits for another before it gives up; 2 minutes unless set. */
    public Builder timeout(Duration time) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException(
            "Cannot set the timeout: it must be positive (" + time + ")");
      }
      this.timeout = time;
      return this;
    }

    /** Sets how often an epoch is run again after a failure of the cluster; 3 unless set. */
    public Builder retries(int number) {
      if (number < 0) {
        throw new IllegalArgumentException(
            "Cannot set the retries: there must be at least 0 (" + number + ")");
      }
      this.retries = number;
      return this;
    }

    /** Sets the pause before the first retry, which doubles each time; 2 seconds unless set. */
    public Builder pause(Duration time) {
      this.pause = Objects.requireNonNull(time, "Cannot train: there is no pause");
      return this;
    }

    /** Sets how gradients travel; half precision costs digits. As float32 unless set. */
    public Builder wire(Wire form) {
      this.wire = Objects.requireNonNull(form, "Cannot train: gradients have no form to travel in");
      return this;
    }

    /**
     * Sets whether batch normalisation sees the batches of all workers together, for networks that
     * are compiled; not unless set. It costs two small exchanges a layer and step, and is worth
     * that where workers' batches are small.
     */
    public Builder synchroniseBatchNorm(boolean all) {
      this.syncBatchNorm = all;
      return this;
    }

    /** Sets who is told of retries. */
    public Builder listener(RetryListener told) {
      this.listener = Objects.requireNonNull(told, "Cannot train: there is no listener");
      return this;
    }

    /** Builds the trainer. */
    public AllReduceTrainer build() {
      return new AllReduceTrainer(this);
    }
  }
}
