package org.espalier.spark.training;

import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.espalier.nn.fused.Precision;

/**
 * Local SGD for users of DL4J-Spark: the same combination as {@link AveragingTrainer}, behind
 * DL4J's own interface.
 *
 * <pre>{@code
 * new SparkComputationGraph(sc, graph, AveragingTrainingMaster.builder(64).interval(10).build());
 * }</pre>
 *
 * <p>Compared with DL4J's {@code ParameterAveragingTrainingMaster}: workers weigh by their
 * examples, running variances are pooled, updater state is always averaged, counters advance by the
 * steps really taken, broadcasts are destroyed, and the result does not depend on which task
 * finishes first. Each partition is one worker; its data are cut into batches in their order and
 * kept on the executors for the time of the call. Listeners are told on the driver after every
 * averaging.
 *
 * <p>It trains {@link SparkComputationGraph}s on {@code fit(JavaRDD<DataSet>)} and {@code
 * fitMultiDataSet}. Everything else throws {@link UnsupportedOperationException}: a {@code
 * MultiLayerNetwork} (use its {@code toComputationGraph()}), data sets by path, hooks, DL4J's own
 * statistics.
 */
public final class AveragingTrainingMaster extends SegmentTrainingMaster {
  private final int depth;

  private AveragingTrainingMaster(Builder builder) {
    super(builder.batch, builder.interval, builder.workers, builder.seed);
    this.depth = builder.depth;
  }

  /**
   * Starts to configure a master.
   *
   * @param batch examples in a worker's batch, at least 1, whatever the size of the data sets
   */
  public static Builder builder(int batch) {
    return new Builder(batch);
  }

  @Override
  TrainingLoop loop(JavaSparkContext sc, TrainingState start) {
    return new AveragingLoop(sc, start, depth, Precision.FLOAT32);
  }

  @Override
  void describe(Map<String, Object> settings) {
    settings.put("depth", depth);
  }

  /** Sets up an {@link AveragingTrainingMaster}. */
  public static final class Builder {
    private final int batch;
    private int interval = 10;
    private int depth = 2;
    private int workers;
    private long seed;

    private Builder(int batch) {
      this.batch = atLeastOne("batch", batch);
    }

    /** Sets the steps that workers take between two averagings, at least 1; 10 unless set. */
    public Builder interval(int steps) {
      this.interval = atLeastOne("interval", steps);
      return this;
    }

    /** Sets the levels of the tree in which copies are combined, at least 1; 2 unless set. */
    public Builder depth(int levels) {
      this.depth = atLeastOne("depth", levels);
      return this;
    }

    /** Sets the number of workers, at least 1; one for each partition unless set. */
    public Builder workers(int count) {
      this.workers = atLeastOne("workers", count);
      return this;
    }

    /** Sets the seed of the layers' own random numbers, such as dropout; 0 unless set. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** Builds the master. */
    public AveragingTrainingMaster build() {
      return new AveragingTrainingMaster(this);
    }
  }
}
