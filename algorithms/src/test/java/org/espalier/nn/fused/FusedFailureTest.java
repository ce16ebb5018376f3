package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What goes wrong is said, and nothing is broken by it. */
@Timeout(value = 120, threadMode = ThreadMode.SEPARATE_THREAD)
class FusedFailureTest {
  private static final DataSet GOOD = SmallNetwork.data(DataType.FLOAT, 1, 8);

  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  @Test
  void labelsOfTheWrongWidthAreRefusedAsByTheNetworkItself() {
    DataSet bad = new DataSet(GOOD.getFeatures(), Nd4j.eye(8));
    ComputationGraph graph = network();
    try (FusedTraining training = Training.of(graph, 3)) {
      Throwable expected = catchThrowable(() -> network().fit(bad));
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> training.fit(bad))
            .isExactlyInstanceOf(expected.getClass())
            .hasMessage(expected.getMessage());
        assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(network().params()));
      }
      assertGoesOn(graph, training);
    }
  }

  @Test
  void anInterruptedStepEndsAndLeavesTheNetworkUsable() {
    ComputationGraph graph = network();
    try (FusedTraining training = Training.of(graph, 2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> training.fit(GOOD))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot go on: the thread was interrupted");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(network().params()));
      assertGoesOn(graph, training);
    }
  }

  /** Whatever lanes still did after close would be done in memory that is free. */
  @Test
  void trainingMayBeClosedRightAfterAnInterruption() {
    for (int i = 0; i < 20; i++) {
      FusedTraining training = Training.of(network(), 2);
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> training.fit(GOOD)).isInstanceOf(IllegalStateException.class);
      training.close();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static void assertGoesOn(ComputationGraph graph, FusedTraining training) {
    ComputationGraph fresh = network();
    try (FusedTraining other = Training.of(fresh, 2)) {
      for (int size : List.of(8, 5)) {
        DataSet data = SmallNetwork.data(DataType.FLOAT, size, size);
        training.fit(data);
        other.fit(data);
      }
    }
    assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(fresh.params()));
    assertThat(graph.getIterationCount()).isEqualTo(2);
  }

  @Test
  void nothingIsTrainedAfterClose() {
    FusedTraining training = Training.of(network(), 2);
    training.fit(GOOD);
    training.close();
    training.close();
    for (int size : List.of(8, 9)) {
      assertThatThrownBy(() -> training.fit(SmallNetwork.data(DataType.FLOAT, 1, size)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("Cannot run: the network was closed");
    }
  }

  @Test
  void imagesOfAnotherShapeAreRefused() {
    try (FusedTraining training = Training.of(network(), 1)) {
      INDArray labels = GOOD.getLabels();
      for (long[] shape : new long[][] {{8, 8, 9, 3}, {8, 7, 10, 3}, {8, 8, 10, 1}, {8, 240}}) {
        INDArray images = Nd4j.zeros(DataType.FLOAT, shape);
        assertThatThrownBy(() -> training.computeGradientAndScore(images, labels))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Cannot run: images must be of shape [N, 8, 10, 3] (");
      }
    }
  }

  @Test
  void batchesWithoutALabelForEachImageAreRefused() {
    try (FusedTraining training = Training.of(network(), 1)) {
      for (int rows : List.of(7, 9)) {
        INDArray labels = SmallNetwork.data(DataType.FLOAT, 1, rows).getLabels();
        assertThatThrownBy(() -> training.computeGradientAndScore(GOOD.getFeatures(), labels))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void batchesWithMasksAreRefused() {
    ComputationGraph graph = network();
    try (FusedTraining training = Training.of(graph, 1)) {
      INDArray mask = Nd4j.ones(DataType.FLOAT, 8, 1);
      DataSet masked = new DataSet(GOOD.getFeatures(), GOOD.getLabels(), null, mask);
      assertThatThrownBy(() -> training.fit(masked))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot train a compiled network: the batch has masks, which only"
                  + " ComputationGraph.fit takes");
      assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(network().params()));
    }
  }

  @Test
  void lanesEndWithTheTrainingThatStartedThem() throws InterruptedException {
    Set<Thread> before = lanes();
    FusedTraining training = Training.of(network(), 3);
    Set<Thread> during = lanes();
    during.removeAll(before);
    assertThat(during).hasSize(3);
    training.close();
    ComputationGraph exact = SmallNetwork.RESIDUAL.initialised(DataType.DOUBLE);
    assertThat(FusedTraining.of(exact, GOOD.getFeatures(), Precision.FLOAT32, 3)).isEmpty();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Training.of(network(), 3)).isInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
    Set<Thread> after = lanes();
    after.removeAll(before);
    for (Thread lane : after) {
      lane.join(10_000);
      assertThat(lane.isAlive()).as(lane.getName()).isFalse();
    }
  }

  private static Set<Thread> lanes() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("espalier-lane-"))
        .collect(Collectors.toSet());
  }

  private static ComputationGraph network() {
    return SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
  }
}
