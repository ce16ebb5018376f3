package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.Precision;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.prune.scop.Scop;
import org.espalier.prune.scop.ScopConfiguration;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class WorkerNetworkTest {
  private static ComputationGraph residual() {
    return TinyData.residual(new Nesterovs(0.1, 0.9));
  }

  private static MultiDataSet masked(MultiDataSet batch) {
    INDArray mask = Nd4j.ones(DataType.FLOAT, batch.getLabels(0).size(0), 1);
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {batch.getFeatures(0)},
        new INDArray[] {batch.getLabels(0)},
        null,
        new INDArray[] {mask});
  }

  /** Trains two equal networks, the second by Deeplearning4j alone. */
  private static void isLeftToDeeplearning4j(
      ComputationGraph graph, ComputationGraph alone, MultiDataSet batch) {
    try (WorkerNetwork network = new WorkerNetwork(graph)) {
      for (int step = 0; step < 3; step++) {
        network.train(batch, Precision.FLOAT32, 1);
        alone.fit(batch);
      }
      assertThat(network.isCompiled()).isFalse();
    }
    assertThat(graph.params()).isEqualTo(alone.params());
    assertThat(graph.score()).isEqualTo(alone.score());
    assertThat(graph.getIterationCount()).isEqualTo(3);
  }

  @Test
  void resultsDoNotDependOnTheThreads() {
    ComputationGraph one = residual();
    ComputationGraph several = residual();
    try (WorkerNetwork first = new WorkerNetwork(one);
        WorkerNetwork second = new WorkerNetwork(several)) {
      for (int images : new int[] {16, 16, 5, 16}) {
        first.train(TinyData.batch(images), Precision.FLOAT32, 1);
        second.train(TinyData.batch(images), Precision.FLOAT32, 3);
        assertThat(several.score()).isEqualTo(one.score());
      }
      assertThat(second.isCompiled()).isTrue();
    }
    assertThat(several.params()).isEqualTo(one.params());
  }

  @Test
  void networksOfOtherLayersAreLeftToDeeplearning4j() {
    isLeftToDeeplearning4j(
        TinyData.network(new Sgd(0.1)), TinyData.network(new Sgd(0.1)), TinyData.batch(6));
  }

  @Test
  void controlFactorsAreLearnedAsDeeplearning4jWould() {
    Scop scop = new Scop(ScopConfiguration.official(0.45, 3));
    TrainingPlan plan =
        TrainingPlan.of("knockoff", 1, 6, 3, TinyData.PLAIN, TinyData.CLASSES)
            .withAdapter(scop.batches());
    ShardBatches batches = new ShardBatches(plan, TinyData.packed(16).get(0), 0);
    ComputationGraph alone = scop.apply(residual());
    ComputationGraph graph = scop.apply(residual());
    try (WorkerNetwork network = new WorkerNetwork(graph)) {
      for (int step = 0; step < batches.steps(); step++) {
        network.train(batches.batch(step).data(), Precision.FLOAT32, 2);
        alone.fit(batches.batch(step).data());
        assertThat(graph.score()).isCloseTo(alone.score(), within(1e-5));
      }
      assertThat(network.isCompiled()).isTrue();
    }
    assertThat(graph.params().equalsWithEps(alone.params(), 1e-5)).isTrue();
    assertThat(graph.params()).isNotEqualTo(scop.apply(residual()).params());
  }

  @Test
  void maskedBatchesAreLeftToDeeplearning4j() {
    isLeftToDeeplearning4j(residual(), residual(), masked(TinyData.batch(6)));
  }

  @Test
  void imagesOfAnotherSizeAreCompiledAnew() {
    ComputationGraph graph = residual();
    MultiDataSet small = TinyData.batch(4);
    MultiDataSet large =
        new org.nd4j.linalg.dataset.MultiDataSet(
            Nd4j.ones(DataType.FLOAT, 4, 12, 10, 1), small.getLabels(0));
    ComputationGraph alone = residual();
    try (WorkerNetwork network = new WorkerNetwork(graph)) {
      network.train(small, Precision.FLOAT32, 1);
      network.train(large, Precision.FLOAT32, 1);
      assertThat(network.isCompiled()).isTrue();
    }
    alone.fit(small);
    alone.fit(large);
    assertThat(graph.params().equalsWithEps(alone.params(), 1e-4)).isTrue();
  }

  @Test
  void aClosedNetworkIsCompiledAgainWhenItIsTrained() {
    WorkerNetwork network = new WorkerNetwork(residual());
    network.train(TinyData.batch(4), Precision.FLOAT32, 1);
    network.close();
    assertThat(network.isCompiled()).isFalse();

    network.train(TinyData.batch(4), Precision.FLOAT32, 1);

    assertThat(network.isCompiled()).isTrue();
    assertThat(network.graph().getIterationCount()).isEqualTo(2);
    network.close();
  }

  @Test
  void mixedPrecisionIsNeverReplacedBySinglePrecision() {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isTrue();
    WorkerNetwork stock = new WorkerNetwork(TinyData.network(new Sgd(0.1)));
    WorkerNetwork ours = new WorkerNetwork(residual());
    String sentence =
        "Cannot train in bf16-mixed: the network, or what it is trained on, is of a kind that is"
            + " not compiled; use float32";

    assertThatThrownBy(() -> stock.train(TinyData.batch(4), Precision.BF16_MIXED, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(sentence);
    assertThatThrownBy(() -> ours.train(masked(TinyData.batch(4)), Precision.BF16_MIXED, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessage(sentence);
    assertThat(ours.graph().getIterationCount()).isZero();
  }
}
