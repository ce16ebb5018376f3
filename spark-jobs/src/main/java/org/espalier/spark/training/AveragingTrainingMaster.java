package org.espalier.spark.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

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
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private final int batch;
  private final int interval;
  private final int depth;
  private final int workers;
  private final long seed;
  private final List<TrainingListener> listeners = new ArrayList<>();

  private AveragingTrainingMaster(Builder builder) {
    this.batch = builder.batch;
    this.interval = builder.interval;
    this.depth = builder.depth;
    this.workers = builder.workers;
    this.seed = builder.seed;
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
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    executeTrainingMDS(graph, trainingData.map(DataSet::toMultiDataSet));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    int size = batch;
    JavaRDD<PackedBatches> shares =
        spread(trainingData)
            .mapPartitions(sets -> List.of(PackedBatches.pack(sets, size)).iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      train(graph, shares);
    } finally {
      shares.unpersist();
    }
  }

  private JavaRDD<MultiDataSet> spread(JavaRDD<MultiDataSet> data) {
    int partitions = data.getNumPartitions();
    if (workers == 0 || workers == partitions) {
      return data;
    }
    return workers < partitions ? data.coalesce(workers) : data.repartition(workers);
  }

  private void train(SparkComputationGraph graph, JavaRDD<PackedBatches> shares) {
    int steps = shares.map(PackedBatches::steps).reduce(Math::max);
    if (steps == 0) {
      throw new IllegalArgumentException("Cannot train: there are no data");
    }
    ComputationGraph network = graph.getNetwork();
    TrainingState start = TrainingState.of(network);
    try (AveragingLoop loop =
        new AveragingLoop(graph.getSparkContext(), start, depth, Precision.FLOAT32)) {
      for (int from = 0; from < steps; from += interval) {
        EpochSums done =
            loop.run(
                shares,
                (share, epoch) -> share,
                "training",
                seed,
                from,
                Math.min(from + interval, steps));
        write(loop.state(), network);
        graph.setScore(done.loss());
        network.setScore(graph.getScore());
        for (TrainingListener listener : listeners) {
          listener.iterationDone(network, loop.state().iteration(), loop.state().epoch());
        }
      }
    }
  }

  private static void write(TrainingState state, ComputationGraph network) {
    network.setParams(
        Nd4j.createFromArray(state.parameters()).reshape(1, state.parameters().length));
    if (state.updaterState().length > 0) {
      network.getUpdater(true).setStateViewArray(Nd4j.createFromArray(state.updaterState()));
    }
    network.getConfiguration().setIterationCount(state.iteration());
  }

  @Override
  public void setListeners(Collection<TrainingListener> newListeners) {
    listeners.clear();
    if (newListeners != null) {
      listeners.addAll(newListeners);
    }
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> newListeners) {
    if (router != null) {
      throw unsupported("route statistics");
    }
    setListeners(newListeners);
  }

  @Override
  public String toJson() {
    return String.format(
        "{\"batch\":%d,\"interval\":%d,\"depth\":%d,\"workers\":%d,\"seed\":%d}",
        batch, interval, depth, workers, seed);
  }

  @Override
  public String toYaml() {
    return String.format(
        "batch: %d%ninterval: %d%ndepth: %d%nworkers: %d%nseed: %d%n",
        batch, interval, depth, workers, seed);
  }

  @Override
  public void setCollectTrainingStats(boolean collectTrainingStats) {
    if (collectTrainingStats) {
      throw unsupported("collect training statistics");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  public boolean deleteTempFiles(JavaSparkContext sc) {
    return true;
  }

  @Override
  public boolean deleteTempFiles(SparkContext sc) {
    return true;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    throw unsupported("train a MultiLayerNetwork; its toComputationGraph() gives one that can be");
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> trainingDataPaths,
      DataSetLoader dataSetLoader,
      MultiDataSetLoader multiDataSetLoader) {
    throw unsupported("train on data sets by path; load them into an RDD");
  }

  @Override
  public void addHook(TrainingHook trainingHook) {
    throw unsupported("call training hooks");
  }

  @Override
  public void removeHook(TrainingHook trainingHook) {
    throw unsupported("call training hooks");
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw unsupported("give out a worker");
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw unsupported("give out a worker");
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("AveragingTrainingMaster cannot " + what);
  }

  @Override
  public String toString() {
    return "AveragingTrainingMaster" + toJson();
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

    private static int atLeastOne(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            String.format("Cannot set %s: it must be at least 1 (%d)", name, value));
      }
      return value;
    }
  }
}
