package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class AveragingTrainingMasterTest {
  private static final int BATCH = 8;

  private static JavaRDD<DataSet> rdd(int count, int partitions) {
    List<DataSet> sets = new ArrayList<>();
    for (MultiDataSet set : TinyData.examples(count)) {
      sets.add(new DataSet(set.getFeatures(0), set.getLabels(0)));
    }
    return SharedSpark.context().parallelize(sets, partitions);
  }

  @Test
  void swapsInWithOneLineAndTrainsLikeASingleProcess() throws IOException {
    ComputationGraph alone = TinyData.network(new Adam(0.01));
    ComputationGraph graph = alone.clone();
    TrainingPlan plan =
        TrainingPlan.of("training", 2, BATCH, 0, TinyData.PLAIN, TinyData.CLASSES).inOrder();
    ShardBatches batches = new ShardBatches(plan, TinyData.packed(36).get(0), 0);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int step = 0; step < 5; step++) {
        alone.fit(batches.batch(step).data());
      }
    }

    SparkComputationGraph spark =
        new SparkComputationGraph(
            SharedSpark.context(),
            graph,
            AveragingTrainingMaster.builder(BATCH).interval(2).build());
    spark.fit(rdd(36, 1));
    ComputationGraph trained = spark.fit(rdd(36, 1));

    assertThat(trained).isSameAs(graph);
    assertThat(trained.params().toFloatVector()).containsExactly(alone.params().toFloatVector());
    assertThat(trained.getIterationCount()).isEqualTo(10);
    assertThat(trained.getEpochCount()).isEqualTo(2);
  }

  static List<IUpdater> linearUpdaters() {
    return List.of(new Sgd(0.05), new Nesterovs(0.05, 0.9));
  }

  /** With one step between averagings and an updater that is linear, also where shares differ. */
  @ParameterizedTest
  @MethodSource("linearUpdaters")
  void averagingAfterEveryStepTakesTheStepsOfTheSummedBatch(IUpdater updater) {
    int[] sizes = {40, 17, 0, 31};
    ComputationGraph alone = TinyData.plain(updater);
    ComputationGraph graph = alone.clone();
    SummedBatches.fit(alone, 4, 2, sizes);

    SparkComputationGraph spark =
        new SparkComputationGraph(
            SharedSpark.context(), graph, AveragingTrainingMaster.builder(4).interval(1).build());
    JavaRDD<MultiDataSet> data = SummedBatches.rdd(SharedSpark.context(), sizes);
    spark.fitMultiDataSet(data);
    spark.fitMultiDataSet(data);

    assertThat(graph.getIterationCount()).isEqualTo(alone.getIterationCount()).isEqualTo(20);
    assertThat(SummedBatches.apart(graph, alone)).isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void whatLayersObserveIsThatOfAllData(int workers) {
    ComputationGraph graph = SummedBatches.observing(new Adam(0.01));
    List<MultiDataSet> data = TinyData.examples(50);
    SparkComputationGraph spark =
        new SparkComputationGraph(
            SharedSpark.context(),
            graph,
            AveragingTrainingMaster.builder(4).interval(2).workers(workers).build());

    spark.fitMultiDataSet(SharedSpark.context().parallelize(data, 3));

    SummedBatches.assertObserved(graph, data);
  }

  @Test
  void trainsOnSeveralPartitionsAndTellsListeners() throws IOException {
    ComputationGraph graph = TinyData.network(new Adam(0.1));
    List<Integer> iterations = new ArrayList<>();
    AveragingTrainingMaster master =
        AveragingTrainingMaster.builder(BATCH).interval(2).workers(3).build();
    SparkComputationGraph spark = new SparkComputationGraph(SharedSpark.context(), graph, master);
    spark.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            assertThat(model).isSameAs(graph);
            iterations.add(iteration);
          }
        });
    JavaRDD<MultiDataSet> data = SharedSpark.context().parallelize(TinyData.examples(90), 6);

    spark.fitMultiDataSet(data);
    double first = spark.getScore();
    for (int epoch = 1; epoch < 8; epoch++) {
      spark.fitMultiDataSet(data);
    }

    assertThat(iterations.subList(0, 3)).containsExactly(2, 4, 6);
    assertThat(spark.getScore()).isLessThan(0.8 * first);
    assertThat(SharedSpark.context().getPersistentRDDs()).isEmpty();
  }

  @Test
  void saysWhatItCannotDo() {
    AveragingTrainingMaster master = AveragingTrainingMaster.builder(BATCH).build();

    assertThatThrownBy(() -> master.executeTraining((SparkDl4jMultiLayer) null, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "AveragingTrainingMaster cannot train a MultiLayerNetwork;"
                + " its toComputationGraph() gives one that can be");
    assertThatThrownBy(() -> master.executeTrainingPaths(null, null, null, null, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "AveragingTrainingMaster cannot train on data sets by path; load them into an RDD");
    assertThatThrownBy(() -> master.addHook(null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("AveragingTrainingMaster cannot call training hooks");
    assertThatThrownBy(() -> master.setCollectTrainingStats(true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("AveragingTrainingMaster cannot collect training statistics");
  }

  @Test
  void refusesSettingsOutOfRangeAndPrintsTheOthers() {
    assertThatThrownBy(() -> AveragingTrainingMaster.builder(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot set batch: it must be at least 1 (0)");
    assertThatThrownBy(() -> AveragingTrainingMaster.builder(1).workers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot set workers: it must be at least 1 (0)");
    assertThat(AveragingTrainingMaster.builder(8).interval(4).workers(2).seed(9).build())
        .hasToString(
            "AveragingTrainingMaster{\"batch\":8,\"interval\":4,\"workers\":2,\"seed\":9,\"depth\":2}");
  }

  @Test
  void refusesEmptyData() {
    SparkComputationGraph spark =
        new SparkComputationGraph(
            SharedSpark.context(),
            TinyData.network(new Adam(0.01)),
            AveragingTrainingMaster.builder(BATCH).build());

    assertThatThrownBy(() -> spark.fit(rdd(0, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot train: there are no data");
  }
}
