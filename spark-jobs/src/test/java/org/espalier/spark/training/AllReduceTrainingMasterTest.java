package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.espalier.nn.Frozen;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** On a Spark of its own, with a slot for each of four workers. */
class AllReduceTrainingMasterTest {
  private static final int BATCH = 4;

  private static JavaSparkContext sc;

  @BeforeAll
  static void start() {
    SharedSpark.stop();
    sc =
        new JavaSparkContext(
            new SparkConf(false)
                .setMaster("local[4,4]")
                .setAppName("tests")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    sc.setLogLevel("ERROR");
  }

  @AfterAll
  static void stop() {
    sc.stop();
  }

  private static AllReduceTrainingMaster.Builder master() {
    return AllReduceTrainingMaster.builder(BATCH).retries(0);
  }

  /** Trains 2 epochs on partitions of given sizes. */
  private static void fit(
      ComputationGraph graph, AllReduceTrainingMaster.Builder master, int... sizes) {
    SparkComputationGraph spark = new SparkComputationGraph(sc, graph, master.build());
    JavaRDD<MultiDataSet> data = SummedBatches.rdd(sc, sizes);
    spark.fitMultiDataSet(data);
    spark.fitMultiDataSet(data);
    assertThat(sc.getPersistentRDDs()).isEmpty();
  }

  static List<IUpdater> updaters() {
    return List.of(new Sgd(0.05), new Nesterovs(0.05, 0.9), new Adam(0.01));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void workersTakeTheStepsOfTheSummedBatch(IUpdater updater) {
    for (int[] sizes : new int[][] {{40}, {40, 40}, {40, 40, 40, 40}, {40, 17, 0, 31}}) {
      ComputationGraph alone = TinyData.plain(updater);
      ComputationGraph graph = alone.clone();
      SummedBatches.fit(alone, BATCH, 2, sizes);

      fit(graph, master(), sizes);

      assertThat(graph.getIterationCount()).isEqualTo(alone.getIterationCount()).isEqualTo(20);
      assertThat(graph.getEpochCount()).isEqualTo(2);
      assertThat(SummedBatches.apart(graph, alone))
          .as(Arrays.toString(sizes))
          .isLessThanOrEqualTo(sizes.length == 1 ? 0 : 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void layersAndLossesFromOutsideAreTrainedAsInOneProcess(int workers) {
    int[] sizes = new int[workers];
    Arrays.fill(sizes, 40);
    ComputationGraph alone = SummedBatches.observing(new Adam(0.01));
    ComputationGraph graph = alone.clone();
    SummedBatches.fit(alone, BATCH, 2, sizes);

    fit(graph, master(), sizes);

    assertThat(graph.getParam("gain_gain")).isNotEqualTo(graph.getParam("gain_mean"));
    assertThat(SummedBatches.apart(graph, alone)).isLessThanOrEqualTo(workers == 1 ? 0 : 1e-6);
    SummedBatches.assertObserved(graph, TinyData.examples(workers * 40));
  }

  @Test
  void normalisationSeesTheSummedBatchWhereThatIsAskedFor() {
    ComputationGraph alone = TinyData.residual(new Nesterovs(0.05, 0.9));
    ComputationGraph graph = alone.clone();
    SummedBatches.fit(alone, BATCH, 2, 40, 40);

    fit(graph, master().synchroniseBatchNorm(true), 40, 40);

    assertThat(SummedBatches.apart(graph, alone)).isLessThan(1e-6);
  }

  /** All data are seen, and a rank without any adds nothing: ranges tell. */
  @ParameterizedTest
  @CsvSource({"5, 1", "5, 2", "1, 3", "2, 4", "3, 3"})
  void thereMayBeFewerOrMoreWorkersThanPartitions(int partitions, int workers) {
    List<MultiDataSet> data = TinyData.examples(22);
    ComputationGraph graph = SummedBatches.observing(new Sgd(0.05));

    new SparkComputationGraph(sc, graph, master().workers(workers).build())
        .fitMultiDataSet(sc.parallelize(data, partitions));

    int most = partitions == workers ? 8 : (22 + workers - 1) / workers;
    assertThat(graph.getIterationCount()).isEqualTo((most + BATCH - 1) / BATCH);
    SummedBatches.assertObserved(graph, data);
  }

  /** Spark refuses both in barrier stages. */
  @Test
  void dataMayBeCoalescedOrUnited() {
    List<MultiDataSet> data = TinyData.examples(24);
    JavaRDD<MultiDataSet> whole = sc.parallelize(data, 4);
    JavaRDD<MultiDataSet> united =
        sc.parallelize(data.subList(0, 12), 1).union(sc.parallelize(data.subList(12, 24), 1));
    for (JavaRDD<MultiDataSet> made : List.of(whole.coalesce(2), united)) {
      ComputationGraph graph = SummedBatches.observing(new Sgd(0.05));

      new SparkComputationGraph(sc, graph, master().build()).fitMultiDataSet(made);

      assertThat(graph.getIterationCount()).isEqualTo(3);
      SummedBatches.assertObserved(graph, data);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "4, 4 8 10"})
  void listenersAreToldAfterEverySegment(int interval, String told) {
    ComputationGraph graph = TinyData.plain(new Sgd(0.05));
    AllReduceTrainingMaster.Builder master = master();
    if (interval > 0) {
      master.interval(interval);
    }
    List<String> iterations = new ArrayList<>();
    SparkComputationGraph spark = new SparkComputationGraph(sc, graph, master.build());
    spark.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            assertThat(model).isSameAs(graph);
            assertThat(model.score()).isBetween(1.0, 2.5);
            iterations.add(String.valueOf(iteration));
          }
        });

    spark.fit(
        SummedBatches.rdd(sc, 40, 20).map(s -> new DataSet(s.getFeatures(0), s.getLabels(0))));

    assertThat(String.join(" ", iterations)).isEqualTo(told);
  }

  @Test
  void segmentsGoOnWhereTheLastOneEnded() {
    ComputationGraph graph = TinyData.residual(new Adam(0.01));
    ComputationGraph cut = graph.clone();

    fit(graph, master(), 40, 25);
    fit(cut, master().interval(3), 40, 25);

    assertThat(cut.params()).isEqualTo(graph.params());
  }

  /** A loss that fails once. */
  public static final class Failing extends HalfSquares {
    private static final long serialVersionUID = 1L;
    private static final AtomicBoolean FAILED = new AtomicBoolean();

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray output, IActivation activation, INDArray mask) {
      if (!FAILED.getAndSet(true)) {
        throw new IllegalStateException("the executor is lost");
      }
      return super.computeGradient(labels, output, activation, mask);
    }
  }

  @Test
  void aFailedStageIsRunAgainAndLeavesNoTrace() {
    ComputationGraph undisturbed = SummedBatches.observing(new Adam(0.01));
    ComputationGraph disturbed = SummedBatches.observing(new Adam(0.01), new Failing());
    List<String> retries = new ArrayList<>();

    fit(undisturbed, master(), 40, 25);
    fit(
        disturbed,
        AllReduceTrainingMaster.builder(BATCH)
            .pause(Duration.ofMillis(1))
            .listener((what, attempt, reason) -> retries.add(what + " " + attempt)),
        40,
        25);

    assertThat(retries).containsExactly("steps 0 to 10 of epoch 0 of training 1");
    assertThat(disturbed.params()).isEqualTo(undisturbed.params());
  }

  @Test
  void frozenParametersStay() {
    ComputationGraph graph = SummedBatches.observing(new Adam(0.01));
    LayerVertex vertex = (LayerVertex) graph.getConfiguration().getVertices().get("conv");
    Frozen.freeze((BaseLayer) vertex.getLayerConf().getLayer());
    ComputationGraph frozen = new ComputationGraph(graph.getConfiguration());
    frozen.init();
    ComputationGraph before = frozen.clone();

    fit(frozen, master(), 20, 12);

    assertThat(frozen.getParam("conv_W")).isEqualTo(before.getParam("conv_W"));
    assertThat(frozen.getParam("out_W")).isNotEqualTo(before.getParam("out_W"));
    SummedBatches.assertObserved(frozen, TinyData.examples(32));
  }

  @Test
  void refusesWhatItCannotDoAndPrintsItsSettings() {
    AllReduceTrainingMaster master = AllReduceTrainingMaster.builder(8).workers(2).build();

    assertThat(master)
        .hasToString(
            "AllReduceTrainingMaster{\"batch\":8,\"interval\":0,\"workers\":2,\"seed\":0,"
                + "\"timeout\":\"PT2M\",\"wire\":\"FLOAT32\",\"synchroniseBatchNorm\":false}");
    assertThatThrownBy(() -> master.executeTraining((SparkDl4jMultiLayer) null, null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "AllReduceTrainingMaster cannot train a MultiLayerNetwork;"
                + " its toComputationGraph() gives one that can be");
    assertThatThrownBy(() -> AllReduceTrainingMaster.builder(8).interval(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot set interval: it must be at least 1 (0)");
  }
}
