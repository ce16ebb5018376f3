package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/** What must not change the result of compiled training, or only its last digits. */
class FusedInvariantsTest {
  private static final int[] SIZES = {8, 5, 33, 8, 1, 13, 5, 32};

  @ParameterizedTest
  @EnumSource
  void threadsDoNotChangeABit(SmallNetwork network) {
    assumeOneDnn();
    float[] alone = trained(network, 1);
    assertThat(trained(network, 2)).isEqualTo(alone);
    assertThat(trained(network, 3)).isEqualTo(alone);
  }

  private static float[] trained(SmallNetwork network, int threads) {
    ComputationGraph graph = nesterov(network);
    try (FusedTraining training = Training.of(graph, threads)) {
      for (int step = 0; step < 3; step++) {
        training.fit(SmallNetwork.data(DataType.FLOAT, step, 12 - step));
      }
    }
    return Parameters.bits(graph.params());
  }

  @Property(tries = 6, seed = "1")
  void gradientsOfAnyBatchesAreThoseOfTheLayers(
      @ForAll @Size(6) List<@IntRange(min = 1, max = 33) Integer> batches,
      @ForAll @IntRange(min = 1, max = 3) int threads) {
    assumeOneDnn();
    for (SmallNetwork network : List.of(SmallNetwork.RESIDUAL, SmallNetwork.MAX_POOLING)) {
      ComputationGraph layers = nesterov(network);
      ComputationGraph fast = nesterov(network);
      try (FusedTraining training = Training.of(fast, threads)) {
        for (int batch : batches) {
          DataSet data = SmallNetwork.data(DataType.FLOAT, 100 + batch, batch);
          Parameters.computeGradient(layers, data);
          training.computeGradientAndScore(data.getFeatures(), data.getLabels());
          Parameters.assertClose(
              fast, fast.getGradientsViewArray(), layers.getGradientsViewArray(), 1e-4);
        }
      }
    }
  }

  @Test
  void whatWasTrainedBeforeLeavesNoTrace() {
    assumeOneDnn();
    ComputationGraph graph = nesterov(SmallNetwork.RESIDUAL);
    try (FusedTraining training = Training.of(graph, 2)) {
      for (int size : SIZES) {
        DataSet data = SmallNetwork.data(DataType.FLOAT, size, size);
        training.computeGradientAndScore(data.getFeatures(), data.getLabels());
        assertThat(Parameters.bits(graph.getGradientsViewArray()))
            .as("batch of " + size)
            .isEqualTo(fresh(data));
      }
    }
  }

  private static float[] fresh(DataSet data) {
    ComputationGraph graph = nesterov(SmallNetwork.RESIDUAL);
    try (FusedTraining training = Training.of(graph, 2)) {
      training.computeGradientAndScore(data.getFeatures(), data.getLabels());
    }
    return Parameters.bits(graph.getGradientsViewArray());
  }

  @Test
  void networksTrainedAtOnceEndAsNetworksTrainedInTurn() throws Exception {
    assumeOneDnn();
    List<Callable<float[]>> jobs = new ArrayList<>();
    List<float[]> inTurn = new ArrayList<>();
    for (SmallNetwork network :
        List.of(SmallNetwork.RESIDUAL, SmallNetwork.WIDE, SmallNetwork.ODD_CHANNELS)) {
      jobs.add(() -> trained(network, 2));
      inTurn.add(trained(network, 2));
    }
    ExecutorService threads = Executors.newFixedThreadPool(jobs.size());
    List<Future<float[]>> atOnce = threads.invokeAll(jobs);
    threads.shutdown();
    for (int i = 0; i < jobs.size(); i++) {
      assertThat(atOnce.get(i).get()).isEqualTo(inTurn.get(i));
    }
  }

  private static ComputationGraph nesterov(SmallNetwork network) {
    return network.initialised(DataType.FLOAT, new Nesterovs(0.05, 0.9), 1e-4);
  }

  private static void assumeOneDnn() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }
}
