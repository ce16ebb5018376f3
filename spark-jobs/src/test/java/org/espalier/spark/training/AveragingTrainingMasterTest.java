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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

class AveragingTrainingMasterTest {
  private static final int BATCH = 8;

  /** Returns one data set for each image, as DL4J-Spark's users have them. */
  private static List<MultiDataSet> examples(int count) throws IOException {
    TrainingPlan plan =
        TrainingPlan.of("training", 1, 1, 0, TinyData.PLAIN, TinyData.CLASSES).inOrder();
    ShardBatches batches = new ShardBatches(plan, TinyData.packed(count).get(0), 0);
    List<MultiDataSet> sets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sets.add(batches.batch(i).data());
    }
    return sets;
  }

  private static JavaRDD<DataSet> rdd(int count, int partitions) throws IOException {
    List<DataSet> sets = new ArrayList<>();
    for (MultiDataSet set : examples(count)) {
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
    JavaRDD<MultiDataSet> data = SharedSpark.context().parallelize(examples(90), 6);

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
            "AveragingTrainingMaster{\"batch\":8,\"interval\":4,\"depth\":2,\"workers\":2,\"seed\":9}");
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
