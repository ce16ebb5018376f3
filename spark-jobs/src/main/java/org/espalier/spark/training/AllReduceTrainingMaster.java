package org.espalier.spark.training;

import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.espalier.nn.fused.Precision;

/**
 * Exact synchronous gradient descent for users of DL4J-Spark: the same steps as {@link
 * AllReduceTrainer}, behind DL4J's own interface.
 *
 * <pre>{@code
 * new SparkComputationGraph(sc, graph, AllReduceTrainingMaster.builder(64).build());
 * }</pre>
 *
 * <p>A step is that of one process on the batches of all workers together, weighted by their
 * examples; DL4J's updaters, schedules, constraints, and layers and losses of one's own see what
 * they would see there. Each partition is one worker, one without data adds nothing. All workers
 * run at the same time, in a barrier stage, without dynamic allocation; where the cluster has not a
 * slot for each, some stand in for others. When one is lost, the stage is run again from the last
 * segment's end. A call of {@code fit} is one segment unless an interval is set; listeners are told
 * on the driver after each.
 *
 * <p>It trains {@link SparkComputationGraph}s on {@code fit(JavaRDD<DataSet>)} and {@code
 * fitMultiDataSet}. Everything else throws {@link UnsupportedOperationException}: a {@code
 * MultiLayerNetwork} (use its {@code toComputationGraph()}), data sets by path, hooks, DL4J's own
 * statistics.
 */
public final class AllReduceTrainingMaster extends SegmentTrainingMaster {
  private final AllReduceConduct conduct;

  private AllReduceTrainingMaster(Builder builder) {
    super(builder.batch, builder.interval, builder.workers, builder.seed);
    this.conduct = builder.conduct();
  }

  /**
   * Starts to configure a master.
   *
   * @param batch examples in a worker's batch, at least 1, whatever the size of the data sets; a
   *     step is on as many times that as there are workers
   */
  public static Builder builder(int batch) {
    return new Builder(batch);
  }

  @Override
  TrainingLoop loop(JavaSparkContext sc, TrainingState start) {
    return conduct.loop(sc, start, Precision.FLOAT32, TrainingProgress.none());
  }

  @Override
  void describe(Map<String, Object> described) {
    AllReduceSettings settings = conduct.settings();
    described.put("timeout", settings.timeout());
    described.put("wire", settings.wire());
    described.put("synchroniseBatchNorm", settings.syncBatchNorm());
  }

  /** Sets up an {@link AllReduceTrainingMaster}. */
  public static final class Builder extends AllReduceBuilder<Builder> {
    private final int batch;
    private int interval;
    private int workers;
    private long seed;

    private Builder(int batch) {
      this.batch = SegmentTrainingMaster.atLeastOne("batch", batch);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the steps after which listeners are told and from which a failed stage is run again, at
     * least 1; those of the whole data unless set. Each segment costs the start of a stage.
     */
    public Builder interval(int steps) {
      this.interval = SegmentTrainingMaster.atLeastOne("interval", steps);
      return this;
    }

    /** Sets the number of workers, at least 1; one for each partition unless set. */
    public Builder workers(int count) {
      this.workers = SegmentTrainingMaster.atLeastOne("workers", count);
      return this;
    }

    /** Sets the seed of the layers' own random numbers, such as dropout; 0 unless set. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** Builds the master. */
    public AllReduceTrainingMaster build() {
      return new AllReduceTrainingMaster(this);
    }
  }
}
