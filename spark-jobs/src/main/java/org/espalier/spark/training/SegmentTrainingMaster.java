package org.espalier.spark.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the training masters for DL4J-Spark have in common: data sets become workers' shares, a loop
 * trains them segment by segment, the network and its listeners are told on the driver.
 *
 * <p>They train {@link SparkComputationGraph}s on {@code fit(JavaRDD<DataSet>)} and {@code
 * fitMultiDataSet}. Everything else throws {@link UnsupportedOperationException}: a {@code
 * MultiLayerNetwork} (use its {@code toComputationGraph()}), data sets by path, hooks, DL4J's own
 * statistics.
 */
abstract class SegmentTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private final int batch;
  private final int interval;
  private final int workers;
  private final long seed;
  private final List<TrainingListener> listeners = new ArrayList<>();

  /**
   * Sets what all have.
   *
   * @param batch examples in a worker's batch, at least 1
   * @param interval steps of a segment; 0 for those of the whole data
   * @param workers the number of workers; 0 for that of partitions
   * @param seed the seed of the layers' own random numbers
   */
  SegmentTrainingMaster(int batch, int interval, int workers, long seed) {
    this.batch = batch;
    this.interval = interval;
    this.workers = workers;
    this.seed = seed;
  }

  /** Returns the loop that trains one call's data. */
  abstract TrainingLoop loop(JavaSparkContext sc, TrainingState start);

  /** Adds the settings of its own. */
  abstract void describe(Map<String, Object> settings);

  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("batch", batch);
    settings.put("interval", interval);
    settings.put("workers", workers);
    settings.put("seed", seed);
    describe(settings);
    return settings;
  }

  @Override
  public final void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    executeTrainingMDS(graph, trainingData.map(DataSet::toMultiDataSet));
  }

  @Override
  public final void executeTrainingMDS(
      SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    JavaRDD<PackedBatches> shares =
        DataSetShares.of(trainingData, workers, batch).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      train(graph, shares);
    } finally {
      shares.unpersist();
    }
  }

  private void train(SparkComputationGraph graph, JavaRDD<PackedBatches> shares) {
    int steps = shares.map(PackedBatches::steps).reduce(Math::max);
    if (steps == 0) {
      throw new IllegalArgumentException("Cannot train: there are no data");
    }
    ComputationGraph network = graph.getNetwork();
    try (TrainingLoop loop = loop(graph.getSparkContext(), TrainingState.of(network))) {
      int segment = interval == 0 ? steps : interval;
      for (int from = 0; from < steps; from += segment) {
        EpochSums done =
            loop.run(
                shares,
                (share, epoch) -> share,
                "training",
                seed,
                from,
                Math.min(from + segment, steps));
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
  public final void setListeners(Collection<TrainingListener> newListeners) {
    listeners.clear();
    if (newListeners != null) {
      listeners.addAll(newListeners);
    }
  }

  @Override
  public final void setListeners(
      StatsStorageRouter router, Collection<TrainingListener> newListeners) {
    if (router != null) {
      throw unsupported("route statistics");
    }
    setListeners(newListeners);
  }

  @Override
  public final String toJson() {
    return settings().entrySet().stream()
        .map(setting -> '"' + setting.getKey() + "\":" + json(setting.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String json(Object value) {
    return value instanceof Number || value instanceof Boolean
        ? value.toString()
        : '"' + value.toString() + '"';
  }

  @Override
  public final String toYaml() {
    return settings().entrySet().stream()
        .map(setting -> setting.getKey() + ": " + setting.getValue() + System.lineSeparator())
        .collect(Collectors.joining());
  }

  @Override
  public final void setCollectTrainingStats(boolean collectTrainingStats) {
    if (collectTrainingStats) {
      throw unsupported("collect training statistics");
    }
  }

  @Override
  public final boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public final SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  public final boolean deleteTempFiles(JavaSparkContext sc) {
    return true;
  }

  @Override
  public final boolean deleteTempFiles(SparkContext sc) {
    return true;
  }

  @Override
  public final void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    throw unsupported("train a MultiLayerNetwork; its toComputationGraph() gives one that can be");
  }

  @Override
  public final void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> trainingDataPaths,
      DataSetLoader dataSetLoader,
      MultiDataSetLoader multiDataSetLoader) {
    throw unsupported("train on data sets by path; load them into an RDD");
  }

  @Override
  public final void addHook(TrainingHook trainingHook) {
    throw unsupported("call training hooks");
  }

  @Override
  public final void removeHook(TrainingHook trainingHook) {
    throw unsupported("call training hooks");
  }

  @Override
  public final TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw unsupported("give out a worker");
  }

  @Override
  public final TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw unsupported("give out a worker");
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(getClass().getSimpleName() + " cannot " + what);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + toJson();
  }

  /** Checks a setting. */
  static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          String.format("Cannot set %s: it must be at least 1 (%d)", name, value));
    }
    return value;
  }
}
