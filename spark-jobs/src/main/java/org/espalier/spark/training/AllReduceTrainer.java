package org.espalier.spark.training;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.spark.collective.RingEndpoint;
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
  private final Duration timeout;
  private final Wire wire;
  private final boolean syncBatchNorm;
  private final Retries retries;

  private AllReduceTrainer(Builder builder) {
    this.sc = builder.sc;
    this.timeout = builder.timeout;
    this.wire = builder.wire;
    this.syncBatchNorm = builder.syncBatchNorm;
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
    ComputationGraph graph = start.toGraph();
    ParameterLayout layout = ParameterLayout.of(graph);
    TrainingState state = TrainingState.of(graph);
    try (NetworkSource source = NetworkSource.of(sc, state)) {
      while (state.epoch() < plan.epochs()) {
        TrainingState from = state;
        Segment segment = Segment.epoch(plan, from, steps);
        Tally tally = new Tally(plan, from.epoch(), plan.images(shards));
        WorkerResult all =
            retries.run(
                "epoch " + from.epoch() + " of " + plan.stage(),
                () -> epoch(source, layout, from, shards, plan, segment));
        state = segment.end(from, all, layout).afterEpoch();
        progress.segment(tally.add(all, state.iteration()));
        progress.epoch(state, tally.whole(state.iteration()));
      }
      return state;
    }
  }

  private WorkerResult epoch(
      NetworkSource source,
      ParameterLayout layout,
      TrainingState from,
      Shards shards,
      TrainingPlan plan,
      Segment segment) {
    source.advance(sc, layout.moving(from.parameters()), from.updaterState());
    sc.setJobDescription(String.format("%s: epoch %d, all-reduce", plan.stage(), from.epoch()));
    List<RankResult> ranks;
    try {
      ranks =
          BarrierStage.collect(
              sc,
              shards.rdd(),
              RankResult.class,
              new AllReduceTask<ImageShard>(
                  source,
                  layout,
                  (shard, number) -> new ShardBatches(plan, shard, number),
                  segment,
                  new AllReduceSettings(timeout, wire, syncBatchNorm, RingEndpoint.newToken())));
    } catch (Exception e) {
      throw Failures.of("go on with " + plan.stage(), e);
    } finally {
      sc.setJobDescription(null);
    }
    return RankResult.together(ranks, segment.to());
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
